//! Ingest beside a raw binary COPY of the same rows into the same table, and beside other ingest.

use anyhow::Context;
use betstream_events::ids::fresh_id;

use crate::{
    Sizes,
    report::{Line, Report},
    rig::{Deployment, Messages, Mix, Outcomes, RawCopy, Rig, Taken, connect, take_waiting},
};

/// Takes bets that wait.
pub(crate) struct Ingest {
    pub(crate) mix: Mix,
    /// How many processes share the stream.
    pub(crate) processes: usize,
    /// How many bets wait; as many as asked for when it does not matter.
    pub(crate) bets: Option<usize>,
    /// How often ingest and COPY are measured in turn, so that a machine that changes its pace does
    /// so for both.
    pub(crate) rounds: usize,
    /// Whether plain bets, taken by one process, are measured in turn too.
    pub(crate) beside_plain: bool,
}

impl Ingest {
    /// Plain bets, by one process.
    pub(crate) const PLAIN: Self = Self {
        mix: Mix::PLAIN,
        processes: 1,
        bets: None,
        rounds: 2,
        beside_plain: false,
    };

    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let bets = self.bets.unwrap_or(sizes.bets as usize);
        let (mut plain, mut own) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            if self.beside_plain {
                plain.push(Round::run(rig, Mix::PLAIN, 1, bets).await?);
            }
            own.push(Round::run(rig, self.mix, self.processes, bets).await?);
        }
        let rate = |rounds: &[Round]| mean(rounds, |round| round.taken.rate);
        let mut line = Line::new(name, "", rate(&own), "bets/s")
            .beside("COPY, same table", mean(&own, |round| round.same_table))
            .beside(
                "COPY, three indexes",
                mean(&own, |round| round.three_indexes),
            );
        if !plain.is_empty() {
            line = line.beside("plain ingest", rate(&plain));
        }
        for (number, round) in own.iter().enumerate() {
            let what = format!("round {} × COPY, same table", number + 1);
            line = line.detail(&what, round.taken.rate / round.same_table, "");
        }
        let last = own.last().context("no round")?;
        line = line
            .detail("bets", bets as f64, "")
            .detail("event", last.event_bytes, "bytes");
        line = with_costs(line, &last.taken);
        if let Some(behind_ms) = last.cold_behind_hot_ms {
            line = line.detail("a cold bet after its hot neighbour, p99", behind_ms, "ms");
        }
        report.add(line);
        Ok(())
    }
}

/// One ingest, and COPY of what it made.
struct Round {
    taken: Taken,
    same_table: f64,
    three_indexes: f64,
    event_bytes: f64,
    cold_behind_hot_ms: Option<f64>,
}

impl Round {
    async fn run(rig: &Rig, mix: Mix, processes: usize, bets: usize) -> anyhow::Result<Self> {
        let deployment = rig.deploy().await?;
        let messages = Messages::new(mix, fresh_id(), bets);
        deployment.publish(messages.iter()).await?;
        let before = Outcomes::default();
        let taken = take_waiting(&deployment, processes, before, messages.outcomes()).await?;
        let raw = RawCopy::of(&deployment.database_url).await?;
        let mut round = Self {
            taken,
            same_table: raw.same_table().await?,
            three_indexes: raw.three_index_table().await?,
            event_bytes: raw.mean_bytes().await?,
            cold_behind_hot_ms: None,
        };
        if mix.hot {
            round.cold_behind_hot_ms = Some(cold_behind_hot_ms(&deployment).await?);
        }
        deployment.clear().await?;
        Ok(round)
    }
}

/// How much later than the hot market's bet just before it in the stream a bet of another market
/// was committed, in milliseconds, at the 99th percentile.
async fn cold_behind_hot_ms(deployment: &Deployment<'_>) -> anyhow::Result<f64> {
    let row = connect(&deployment.database_url)
        .await?
        .query_one(
            "WITH bets AS MATERIALIZED (
                 SELECT stream, recorded_at, (metadata -> 'source' ->> 'sequence')::bigint AS sequence
                 FROM events
             )
             SELECT percentile_cont(0.99) WITHIN GROUP (
                 ORDER BY extract(epoch FROM cold.recorded_at - hot.recorded_at)::float8 * 1000
             )
             FROM bets AS cold
             JOIN bets AS hot ON hot.sequence = cold.sequence - 1
             WHERE hot.stream = 'market-game_0' AND cold.stream <> 'market-game_0'",
            &[],
        )
        .await?;
    Ok(row.get(0))
}

/// Takes a stream, and the same once more.
pub(crate) struct Replay;

impl Replay {
    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let messages = Messages::new(Mix::PLAIN, fresh_id(), sizes.bets as usize);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let deployment = rig.deploy().await?;
            let mut before = Outcomes::default();
            let new = messages.outcomes();
            deployment.publish(messages.iter()).await?;
            first.push(take_waiting(&deployment, 1, before, new).await?);
            before = new;
            let repeated = Outcomes {
                already_recorded: new.recorded,
                ..Outcomes::default()
            };
            deployment.publish(messages.iter()).await?;
            second.push(take_waiting(&deployment, 1, before, repeated).await?);
            deployment.clear().await?;
        }
        let last = second.last().context("no round")?;
        let line = Line::new(name, "", mean(&second, |taken| taken.rate), "bets/s")
            .beside("the first time", mean(&first, |taken| taken.rate))
            .detail("bets", messages.count() as f64, "");
        report.add(with_costs(line, last));
        Ok(())
    }
}

/// Adds what taking cost.
fn with_costs(line: Line, taken: &Taken) -> Line {
    let mut line = line.detail("memory", taken.memory_mb, "MB");
    for (who, micros) in &taken.processor_micros {
        line = line.detail(&format!("{who} a bet"), *micros, "µs");
    }
    line
}

fn mean<T>(rounds: &[T], figure: impl Fn(&T) -> f64) -> f64 {
    rounds.iter().map(figure).sum::<f64>() / rounds.len() as f64
}
