//! Rules on the tree itself: who may import what, which words are forbidden, and that nothing lies
//! about unused. Each message names the file, the line and the reason, so that a newcomer learns
//! the rule by breaking it.

mod runbook;
mod settings;
mod tree;

use tree::{SourceFile, mentions, tree};

/// A word of the code and the only places (path prefixes) where it may stand.
struct Rule {
    word: &'static str,
    homes: &'static [&'static str],
    reason: &'static str,
}

/// Each technology has one home, so that it can be replaced there and understood there.
/// Tests, examples and build scripts may use what they need.
const TECHNOLOGY_HOMES: &[Rule] = &[
    rule("actix_web::", &["web/src/", "src/"], "HTTP lives in web"),
    rule("actix_web_lab::", &["web/src/"], "HTTP lives in web"),
    rule("actix_ws::", &["web/src/"], "HTTP lives in web"),
    rule(
        "actix::",
        &["actors/src/", "projections/src/runner", "src/"],
        "actors live in actors",
    ),
    rule(
        "async_nats::",
        &["actors/src/ingest", "actors/src/peers.rs", "src/"],
        "NATS lives in ingest and between peers",
    ),
    rule(
        "redis::",
        &["projections/src/odds", "src/"],
        "Redis only counts odds",
    ),
    rule(
        "tokio_postgres::",
        POSTGRES_HOMES,
        "SQL lives beside its adapter",
    ),
    rule(
        "deadpool_postgres::",
        POSTGRES_HOMES,
        "SQL lives beside its adapter",
    ),
    rule(
        "postgres_types::",
        POSTGRES_HOMES,
        "SQL lives beside its adapter",
    ),
    rule("rusqlite::", SQLITE_HOMES, "SQL lives beside its adapter"),
    rule(
        "opentelemetry::",
        &["telemetry/src/", "src/"],
        "spans are begun through telemetry",
    ),
    rule(
        "std::env",
        &["src/"],
        "the environment is read in one place, the binary's settings",
    ),
    rule(
        "env::var",
        &["src/"],
        "the environment is read in one place, the binary's settings",
    ),
];

const POSTGRES_HOMES: &[&str] = &[
    "events/src/store/postgres",
    "projections/src/views/postgres",
    "src/commands/migrate",
];

const SQLITE_HOMES: &[&str] = &[
    "events/src/store/sqlite",
    "projections/src/views/sqlite",
    "src/commands/migrate",
];

/// Words that break determinism or bounds, in tests too.
const FORBIDDEN_WORDS: &[Rule] = &[
    rule(
        "Utc::now",
        &["events/src/clock.rs"],
        "time comes from the injected Clock",
    ),
    rule(
        "Uuid::new_v4",
        &["events/src/ids.rs"],
        "ids come from the id registry",
    ),
    rule(
        "Uuid::now_v7",
        &[
            "events/src/ids.rs",
            "events/src/store/",
            "projections/src/odds/redis/",
            "projections/src/testing",
        ],
        "ids come from the id registry; stores name logs, locks and temporary keys themselves",
    ),
    rule(
        "do_send",
        &[],
        "it ignores the mailbox's bound and drops silently; use the typed handle",
    ),
];

/// The crates of the workspace, as folder and as the crates that it may know.
const DIRECTION: &[(&str, &[&str])] = &[
    ("telemetry/", &[]),
    ("events/", &["telemetry"]),
    ("actors/", &["telemetry", "events"]),
    ("projections/", &["telemetry", "events"]),
    ("web/", &["telemetry", "events", "actors", "projections"]),
];

const MAX_LINES: usize = 400;

const fn rule(word: &'static str, homes: &'static [&'static str], reason: &'static str) -> Rule {
    Rule {
        word,
        homes,
        reason,
    }
}

#[test]
fn dependencies_flow_from_facts_to_the_binary() {
    let mut problems = Vec::new();
    for file in tree(&["rs", "toml"]) {
        let Some((folder, known)) = DIRECTION.iter().find(|(dir, _)| file.path.starts_with(dir))
        else {
            continue;
        };
        let own = folder.trim_end_matches('/');
        for (number, line) in file.code() {
            for other in ["telemetry", "events", "actors", "projections", "web"] {
                let named = [format!("betstream_{other}"), format!("betstream-{other}")];
                if other != own
                    && !known.contains(&other)
                    && named.iter().any(|name| mentions(line, name))
                {
                    problems.push(format!(
                        "{}:{number}: {own} must not know {other}: \
                         dependencies flow one way, events to actors and projections to web",
                        file.path
                    ));
                }
            }
        }
    }
    none(&problems);
}

#[test]
fn each_technology_stays_in_its_home() {
    let mut problems = Vec::new();
    for file in tree(&["rs"]).iter().filter(|file| !file.is_test_or_tool()) {
        problems.extend(broken(
            TECHNOLOGY_HOMES,
            file,
            file.code_before_unit_tests(),
        ));
    }
    none(&problems);
}

#[test]
fn clocks_ids_and_mailboxes_are_used_through_their_owners() {
    let mut problems = Vec::new();
    for file in tree(&["rs"])
        .iter()
        .filter(|file| file.path != "tests/tidy/main.rs")
    {
        problems.extend(broken(FORBIDDEN_WORDS, file, file.code()));
    }
    none(&problems);
}

#[test]
fn every_module_says_what_it_is_for() {
    let problems: Vec<_> = tree(&["rs"])
        .iter()
        .filter(|file| !file.text.starts_with("//!") && !file.path.ends_with("/tests.rs"))
        .map(|file| {
            format!(
                "{}:1: begins without `//!`: say what the file is for",
                file.path
            )
        })
        .collect();
    none(&problems);
}

#[test]
fn every_sql_file_is_used() {
    let code = tree(&["rs"]);
    let problems: Vec<_> = tree(&["sql"])
        .iter()
        .filter(|sql| !code.iter().any(|file| uses_sql(file, &sql.path)))
        .map(|sql| {
            format!(
                "{}:1: no Rust file names it: delete it or include it",
                sql.path
            )
        })
        .collect();
    none(&problems);
}

#[test]
fn no_file_hides_a_second_idea() {
    let problems: Vec<_> = tree(&["rs", "sql", "ts", "tsx", "css"])
        .iter()
        .filter(|file| !file.is_generated() && file.text.lines().count() > MAX_LINES)
        .map(|file| {
            format!(
                "{}:{MAX_LINES}: over {MAX_LINES} lines: split it",
                file.path
            )
        })
        .collect();
    none(&problems);
}

#[test]
fn a_word_is_found_as_a_word_only() {
    assert!(mentions("use redis::Cmd;", "redis::"));
    assert!(mentions("    chrono::Utc::now()", "Utc::now"));
    assert!(
        !mentions("crate::odds::redis::open()", "redis::"),
        "a module of ours"
    );
    assert!(!mentions("let undo_sender = 1;", "do_send"));
    assert!(!mentions("my_actix::run()", "actix::"));
}

fn broken<'a>(
    rules: &[Rule],
    file: &SourceFile,
    lines: impl Iterator<Item = (usize, &'a str)>,
) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, line) in lines {
        for Rule {
            word,
            homes,
            reason,
        } in rules
        {
            if mentions(line, word) && !homes.iter().any(|home| file.path.starts_with(home)) {
                let allowed = if homes.is_empty() {
                    "nowhere".into()
                } else {
                    homes.join(", ")
                };
                problems.push(format!(
                    "{}:{number}: `{word}`: {reason} (allowed: {allowed})",
                    file.path
                ));
            }
        }
    }
    problems
}

/// Named in a string: a statement by its file, with or without its ending, from its own folder or
/// the one above; the upkeep of a view's table by the table; a migration by the folder that is
/// embedded.
fn uses_sql(file: &SourceFile, sql: &str) -> bool {
    let (folder, name) = sql.rsplit_once('/').expect("SQL files lie in folders");
    let above = folder.rsplit_once('/').map_or(folder, |(above, _)| above);
    let near = file.path.starts_with(above);
    let stem = name.trim_end_matches(".sql");
    let table = ["delete_some_", "differences_"]
        .iter()
        .find_map(|upkeep| stem.strip_prefix(upkeep))
        .unwrap_or(stem);
    let by_name = [
        format!("\"{name}\""),
        format!("/{name}\""),
        format!("\"{stem}\""),
        format!("view_table!(\"{table}\","),
    ];
    let by_folder = format!("{folder}\"");
    near && by_name.iter().any(|quoted| file.text.contains(quoted))
        || file.text.contains("embed_migrations!") && file.text.contains(&by_folder)
}

fn none(problems: &[String]) {
    assert!(
        problems.is_empty(),
        "{} to mend:\n{}",
        problems.len(),
        problems.join("\n")
    );
}
