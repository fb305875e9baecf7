//! Every metric that a dashboard shows or an alert asks for is told by the running binary, with the
//! labels and the values that they ask for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

use crate::support::{Server, World, streams::Streams};

/// What Prometheus itself adds.
const OF_PROMETHEUS: [&str; 4] = ["job", "instance", "le", "version"];

/// A metric as an expression asks for it: its name and the labels that it wants, each with the values.
#[derive(Debug)]
struct Asked {
    name: String,
    labels: Vec<(String, Vec<String>)>,
}

/// What the binary tells: by the name of each metric, the values of each label.
type Told = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

#[tokio::test]
async fn every_metric_of_a_dashboard_or_an_alert_is_told() {
    let streams = Streams::new().await;
    let server = Server::start(&streams.within(World::postgres().await)).await;
    let told = told(&server.api.get("/metrics").await.text);
    let mut missing = Vec::new();
    for (source, expression) in expressions() {
        for asked in metrics_in(&expression) {
            missing.extend(fault(&told, &asked).map(|fault| format!("{source}: {fault}")));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_metric_is_found_in_an_expression_with_what_is_asked_of_it() {
    let found =
        metrics_in(r#"sum by (le) (rate(betstream_a_bucket{x="1", y!~"a|b"}[5m])) > betstream_b"#);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        (found[0].name.as_str(), found[1].name.as_str()),
        ("betstream_a", "betstream_b")
    );
    assert_eq!(found[0].labels[0], ("x".to_owned(), vec!["1".to_owned()]));
    assert_eq!(
        found[0].labels[1],
        ("y".to_owned(), vec!["a".to_owned(), "b".to_owned()])
    );
    let told = told("# TYPE betstream_b gauge\nbetstream_b{x=\"1\"} 0\n");
    assert!(fault(&told, &found[0]).is_some() && fault(&told, &found[1]).is_none());
}

/// The expressions of all dashboards and rules, each with where it stands.
fn expressions() -> Vec<(String, String)> {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let mut found = Vec::new();
    for entry in fs::read_dir(deploy.join("grafana/dashboards")).expect("dashboards") {
        let path = entry.expect("an entry").path();
        let board = fs::read_to_string(&path).expect("a dashboard");
        let board: Value = serde_json::from_str(&board).expect("JSON");
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        collect(&board, &name, &mut found);
    }
    let rules = fs::read_to_string(deploy.join("prometheus/rules/betstream.yaml")).expect("rules");
    let mut alert = String::new();
    for line in rules.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("- alert: ") {
            name.clone_into(&mut alert);
        } else if line.contains("betstream_") || line.contains("process_") {
            found.push((alert.clone(), line.to_owned()));
        }
    }
    assert!(found.len() > 100, "{} expressions are found", found.len());
    found
}

/// Every `expr` in the document.
fn collect(document: &Value, name: &str, found: &mut Vec<(String, String)>) {
    match document {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == "expr" => {
                        found.push((name.to_owned(), text.clone()))
                    }
                    value => collect(value, name, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        _ => {}
    }
}

/// The metrics of ours in an expression.
fn metrics_in(expression: &str) -> Vec<Asked> {
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find(is_name) {
        let word = &rest[at..];
        let end = word.find(|char| !is_name(char)).unwrap_or(word.len());
        let (name, after) = word.split_at(end);
        rest = after;
        if name.starts_with("betstream_") || name.starts_with("process_") {
            let inside = after
                .strip_prefix('{')
                .and_then(|after| after.split_once('}'));
            let base = ["_bucket", "_count", "_sum"]
                .iter()
                .find_map(|part| name.strip_suffix(part));
            found.push(Asked {
                name: base.unwrap_or(name).to_owned(),
                labels: inside.map(|(inside, _)| labels(inside)).unwrap_or_default(),
            });
        }
    }
    found
}

/// `x="1", y=~"a|b"`, as labels with the values that are named.
fn labels(text: &str) -> Vec<(String, Vec<String>)> {
    let one = |part: &str| {
        let (name, value) = part.split_once(['=', '!'])?;
        let values = value.trim_start_matches(['=', '~']).trim_matches('"');
        Some((
            name.trim().to_owned(),
            values.split('|').map(str::to_owned).collect(),
        ))
    };
    text.split(", ").filter_map(one).collect()
}

/// Reads Prometheus' text form.
fn told(text: &str) -> Told {
    let mut told = Told::new();
    let kinds = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    told.extend(kinds.map(|(name, _)| (name.to_owned(), BTreeMap::new())));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, rest)) = line.split_once('{') else {
            continue;
        };
        let base = ["_bucket", "_count", "_sum"]
            .iter()
            .find_map(|part| name.strip_suffix(part));
        let known = [Some(name), base]
            .into_iter()
            .flatten()
            .find(|name| told.contains_key(*name));
        let series = known.and_then(|name| told.get_mut(name));
        let (Some(series), Some((inside, _))) = (series, rest.rsplit_once('}')) else {
            continue;
        };
        for label in inside.split("\",") {
            if let Some((name, value)) = label.split_once("=\"") {
                let values = series.entry(name.to_owned()).or_default();
                values.insert(value.trim_end_matches('"').to_owned());
            }
        }
    }
    told
}

/// Why what is asked for would show nothing.
fn fault(told: &Told, asked: &Asked) -> Option<String> {
    let Some(series) = told.get(&asked.name) else {
        return Some(format!("{} is not told", asked.name));
    };
    asked.labels.iter().find_map(|(label, wanted)| {
        if OF_PROMETHEUS.contains(&label.as_str()) {
            return None;
        }
        let Some(values) = series.get(label) else {
            return Some(format!("{} has no label {label}: {series:?}", asked.name));
        };
        // Of a metric by route there are those series that were asked for; of others all from the start.
        let is_by_route = series.contains_key("route");
        let unknown = wanted
            .iter()
            .find(|value| !is_by_route && !values.contains(*value));
        unknown.map(|value| format!("{} has no {label} {value:?}: {values:?}", asked.name))
    })
}
