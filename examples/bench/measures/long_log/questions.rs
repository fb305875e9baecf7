//! Questions about the past, asked of a long log while nothing else goes on.

use std::time::Instant;

use anyhow::Context;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::filled::{Filled, LONG_STREAM};
use crate::{
    report::{Line, Report},
    rig::{Connection, Server, get, request},
};

/// How often each question is asked; the first time its pages may have to come from the disk.
const TIMES: usize = 20;

/// Asks everything, and tells the longest answer to each question.
pub(super) async fn ask_all(
    name: &str,
    server: &Server,
    log: &Filled,
    report: &mut Report,
) -> anyhow::Result<()> {
    for (what, path) in questions(server, log).await? {
        report.add(ask(name, what, &path, server).await?);
    }
    Ok(())
}

/// What is asked, by name; the answers that the questions rest on are asked for first.
async fn questions(server: &Server, log: &Filled) -> anyhow::Result<Vec<(&'static str, String)>> {
    let Filled {
        account,
        busy_batch,
        bet,
        ..
    } = log;
    let batch = format!("streams/batch-{busy_batch}");
    let changes = get(
        server.address,
        &format!("/api/v1/events?stream=batch-{busy_batch}&order=oldest&limit=500"),
    )
    .await?;
    let change = changes.as_array().and_then(|changes| changes.last());
    let change = change.context("the busy batch has no events")?;
    let word = |name: &str| {
        let text = change.pointer(name).and_then(Value::as_str);
        text.with_context(|| format!("{change} has no {name}"))
            .map(|text| byte_serialize(text.as_bytes()).collect::<String>())
    };
    let (event_id, time) = (word("/event_id")?, word("/recorded_at")?);
    let (who, causation) = (word("/metadata/who")?, word("/metadata/causation")?);
    let middle = log.end / 2;
    let newest = |filters: String| format!("events?{filters}");
    let oldest = |filters: &str| format!("events?{filters}&order=oldest");
    let paths = vec![
        ("events, newest first", "events".to_owned()),
        ("events, oldest first", "events?order=oldest".to_owned()),
        (
            "events of a stream",
            newest(format!("stream=batch-{busy_batch}")),
        ),
        ("events of an account", newest(format!("account={account}"))),
        ("events of a batch", newest(format!("batch={busy_batch}"))),
        ("events of a bet", newest(format!("bet={bet}"))),
        ("events of a market", newest("market=game_7".to_owned())),
        (
            "events of a common type",
            newest("type=market.bet-recorded".to_owned()),
        ),
        (
            "events of a rare type, oldest first",
            oldest("type=account.opened"),
        ),
        (
            "events of a type that is not there",
            newest("type=account.closed".to_owned()),
        ),
        ("events by who", newest(format!("who={who}"))),
        ("events by nobody known", newest("who=nobody".to_owned())),
        ("events by road", newest("road=http".to_owned())),
        (
            "events of a correlation",
            newest(format!("correlation={event_id}")),
        ),
        (
            "events of a causation",
            newest(format!("causation={causation}")),
        ),
        ("events from a time on", oldest(&format!("from={time}"))),
        (
            "events of a range",
            newest(format!("from={middle}&to={}", middle + 1_000)),
        ),
        ("events with a common word", newest("text=win".to_owned())),
        (
            "events with a rare word",
            newest("text=quinella".to_owned()),
        ),
        (
            "several filters",
            newest(format!(
                "account={account}&type=batch.bet-status-changed&text=failed&to={middle}"
            )),
        ),
        ("counts by type", "events/counts".to_owned()),
        (
            "counts of an account",
            format!("events/counts?account={account}"),
        ),
        ("a tree of causes", format!("events/{event_id}/tree")),
        ("a long stream's state now", format!("{batch}/state")),
        (
            "a long stream's state, early",
            format!("{batch}/state?version=100"),
        ),
        (
            "a long stream's state, late",
            format!("{batch}/state?version={}", LONG_STREAM - 7),
        ),
        (
            "a long stream's state at a time",
            format!("{batch}/state?time={time}"),
        ),
        (
            "a long stream's difference",
            format!("{batch}/difference?from=v100&to=v9000"),
        ),
        ("a long stream's history", format!("{batch}/history")),
        (
            "a market's state in the middle",
            format!("streams/market-game_7/state?position={middle}"),
        ),
        ("accounts in the middle", format!("accounts?at={middle}")),
        (
            "batches in the middle",
            format!("accounts/{account}/batches?at={middle}"),
        ),
        ("a receipt", format!("bets/{bet}/receipt")),
    ];
    let whole = |(what, path): (&'static str, String)| (what, format!("/api/v1/{path}"));
    Ok(paths.into_iter().map(whole).collect())
}

/// The longest answer, beside a bare `/health`.
async fn ask(name: &str, what: &str, path: &str, server: &Server) -> anyhow::Result<Line> {
    let mut connection = Connection::open(server.address).await?;
    let question = request("GET", path, "");
    let mut millis = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let asked = Instant::now();
        connection.ask(&question).await?;
        millis.push(asked.elapsed().as_secs_f64() * 1000.0);
    }
    let first = millis[0];
    millis.sort_unstable_by(f64::total_cmp);
    Ok(Line::new(name, what, millis[TIMES - 1], "ms")
        .detail("p50", millis[TIMES / 2], "ms")
        .detail("first", first, "ms"))
}
