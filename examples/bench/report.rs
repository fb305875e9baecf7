//! The results, as lines, as a table and as JSON.

use std::{fmt, time::Instant};

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{Sizes, rig::Rig};

/// Where the JSON goes.
const FILE: &str = "target/bench.json";

/// Results in the order in which they were measured.
#[derive(Serialize)]
pub(crate) struct Report {
    machine: Value,
    sizes: Sizes,
    #[serde(rename = "seconds", serialize_with = "seconds_since")]
    started: Instant,
    results: Vec<Line>,
    failures: Vec<Failure>,
}

#[derive(Serialize)]
struct Failure {
    benchmark: String,
    error: String,
}

impl Report {
    /// An empty one, which says where and how things are measured.
    pub(crate) async fn new(rig: &Rig, sizes: Sizes) -> anyhow::Result<Self> {
        let machine = crate::rig::machine(rig).await?;
        println!(
            "machine {machine}\nsizes   {}\n",
            serde_json::to_value(sizes)?
        );
        Ok(Self {
            machine,
            sizes,
            started: Instant::now(),
            results: Vec::new(),
            failures: Vec::new(),
        })
    }

    /// Adds a result and prints it.
    pub(crate) fn add(&mut self, line: Line) {
        println!("{line}");
        self.results.push(line);
    }

    /// Notes that a benchmark came to no end; the others still can.
    pub(crate) fn fail(&mut self, benchmark: &str, error: &anyhow::Error) {
        let error = format!("{error:#}");
        println!("{benchmark} FAILED: {error}");
        self.failures.push(Failure {
            benchmark: benchmark.to_owned(),
            error,
        });
    }

    /// Writes what there is so far.
    pub(crate) fn save(&self) -> anyhow::Result<()> {
        std::fs::create_dir_all("target")?;
        Ok(std::fs::write(FILE, serde_json::to_string_pretty(self)?)?)
    }

    /// Prints all figures and ratios together.
    ///
    /// # Errors
    /// When a benchmark failed.
    pub(crate) fn finish(&self) -> anyhow::Result<()> {
        let (results, took) = (self.results.len(), self.started.elapsed().as_secs());
        println!("\n{results} results after {took} s, also in {FILE}");
        for line in &self.results {
            println!("{}", line.head());
        }
        let failed: Vec<&str> = self
            .failures
            .iter()
            .map(|failure| &*failure.benchmark)
            .collect();
        anyhow::ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
        Ok(())
    }
}

/// One figure, the figures that it is compared with, and what else was seen.
#[derive(Serialize)]
pub(crate) struct Line {
    benchmark: String,
    what: String,
    figure: f64,
    unit: &'static str,
    beside: Vec<Beside>,
    details: Vec<Detail>,
}

#[derive(Serialize)]
struct Beside {
    what: String,
    figure: f64,
    ratio: f64,
}

#[derive(Serialize)]
struct Detail {
    what: String,
    figure: f64,
    unit: &'static str,
}

impl Line {
    pub(crate) fn new(benchmark: &str, what: &str, figure: f64, unit: &'static str) -> Self {
        Self {
            benchmark: benchmark.to_owned(),
            what: what.to_owned(),
            figure,
            unit,
            beside: Vec::new(),
            details: Vec::new(),
        }
    }

    /// Compares with a figure of the same unit.
    pub(crate) fn beside(mut self, what: &str, figure: f64) -> Self {
        self.beside.push(Beside {
            what: what.to_owned(),
            figure,
            ratio: self.figure / figure,
        });
        self
    }

    /// Adds what else was seen.
    pub(crate) fn detail(mut self, what: &str, figure: f64, unit: &'static str) -> Self {
        self.details.push(Detail {
            what: what.to_owned(),
            figure,
            unit,
        });
        self
    }

    fn head(&self) -> String {
        let name = [self.benchmark.as_str(), &self.what].join(" ");
        let mut text = format!("{name:<56} {:>9} {:<6}", short(self.figure), self.unit);
        for Beside {
            what,
            figure,
            ratio,
        } in &self.beside
        {
            text += &format!("  {ratio:.3} × {what} ({})", short(*figure));
        }
        text
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head())?;
        if self.details.is_empty() {
            return Ok(());
        }
        let details = self.details.iter().map(|Detail { what, figure, unit }| {
            let figure = short(*figure);
            format!("{what} {figure} {unit}").trim_end().to_owned()
        });
        write!(f, "\n    {}", details.collect::<Vec<_>>().join(" · "))
    }
}

fn seconds_since<S: Serializer>(started: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(started.elapsed().as_secs())
}

/// Three digits at least, of large figures no fraction.
fn short(figure: f64) -> String {
    match figure.abs() {
        0.0..1.0 => format!("{figure:.3}"),
        1.0..10.0 => format!("{figure:.2}"),
        10.0..100.0 => format!("{figure:.1}"),
        _ => format!("{figure:.0}"),
    }
}
