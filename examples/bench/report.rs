//! The results, as a table and as JSON.

use serde_json::{Value, json};

/// Lines of results in the order in which they were measured.
pub(crate) struct Report {
    lines: Vec<Line>,
}

struct Line {
    what: String,
    figure: f64,
    unit: &'static str,
    beside: Option<(String, f64)>,
    note: String,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self { lines: Vec::new() }
    }

    /// A figure, perhaps beside the one it is compared with.
    pub(crate) fn add(
        &mut self,
        what: &str,
        figure: f64,
        unit: &'static str,
        beside: Option<(&str, f64)>,
        note: &str,
    ) {
        let beside = beside.map(|(name, value)| (name.to_owned(), value));
        let line = Line {
            what: what.to_owned(),
            figure,
            unit,
            beside,
            note: note.to_owned(),
        };
        println!("{}", line.text());
        self.lines.push(line);
    }

    /// Prints the table and writes the JSON.
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        println!("\n{} cores", std::thread::available_parallelism()?);
        for line in &self.lines {
            println!("{}", line.text());
        }
        let lines: Vec<Value> = self.lines.iter().map(Line::json).collect();
        std::fs::create_dir_all("target")?;
        std::fs::write(
            "target/bench.json",
            serde_json::to_string_pretty(&json!({ "results": lines }))?,
        )?;
        Ok(())
    }
}

impl Line {
    fn ratio(&self) -> Option<f64> {
        self.beside.as_ref().map(|(_, value)| self.figure / value)
    }

    fn text(&self) -> String {
        let beside = match (&self.beside, self.ratio()) {
            (Some((name, value)), Some(ratio)) => format!("{ratio:>6.3} × {name} ({value:.0})"),
            _ => String::new(),
        };
        format!(
            "{:<52} {:>10.0} {:<8} {beside}  {}",
            self.what, self.figure, self.unit, self.note
        )
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what,
            "figure": self.figure,
            "unit": self.unit,
            "beside": self.beside.as_ref().map(|(name, value)| json!({ "what": name, "figure": value })),
            "ratio": self.ratio(),
            "note": self.note,
        })
    }
}
