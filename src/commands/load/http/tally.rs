//! What became of requests.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde::Serialize;

use crate::{
    cli::LoadHttpArgs,
    commands::load::{
        latencies::{Latencies, Summary},
        report::Report,
    },
};

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    ChangeStatus,
    RecordBet,
    ReadBet,
    ListBatches,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::ChangeStatus => "PATCH a bet's status",
            Self::RecordBet => "POST a bet",
            Self::ReadBet => "GET a bet",
            Self::ListBatches => "GET 20 batches",
        }
    }
}

/// What became of requests so far.
#[derive(Default)]
pub(super) struct Tally {
    from_plan: BTreeMap<Kind, Latencies>,
    from_sending: Latencies,
    statuses: BTreeMap<u16, u64>,
    broken: BTreeMap<String, u64>,
}

impl Tally {
    /// An answer came.
    pub(super) fn answered(&mut self, kind: Kind, status: u16, due: Instant, sent: Instant) {
        let now = Instant::now();
        let from_plan = self.from_plan.entry(kind).or_default();
        from_plan.record(now.saturating_duration_since(due));
        self.from_sending
            .record(now.saturating_duration_since(sent));
        *self.statuses.entry(status).or_default() += 1;
    }

    /// No answer came.
    pub(super) fn broken(&mut self, error: &anyhow::Error) {
        *self.broken.entry(format!("{error:#}")).or_default() += 1;
    }
}

/// What a run came to.
#[derive(Serialize)]
pub(super) struct HttpReport {
    rate_asked: u32,
    rate_answered: f64,
    seconds: f64,
    connections: u32,
    answered: u64,
    /// Refused for overload, with 503.
    shed: u64,
    /// Answered by what was not asked for: above 299, and not 503.
    failed: u64,
    /// Not answered at all.
    broken: u64,
    statuses: BTreeMap<u16, u64>,
    errors: BTreeMap<String, u64>,
    /// From the planned moment.
    latency: Summary,
    /// From when it was sent: what a client sees that waits for its turn.
    service: Summary,
    latency_by_request: BTreeMap<&'static str, Summary>,
}

impl HttpReport {
    pub(super) fn new(args: &LoadHttpArgs, tally: &Tally, took: Duration) -> Self {
        let mut all = Latencies::default();
        for latencies in tally.from_plan.values() {
            all.merge(latencies);
        }
        let statuses = |wanted: &dyn Fn(u16) -> bool| -> u64 {
            let counts = tally.statuses.iter().filter(|(status, _)| wanted(**status));
            counts.map(|(_, count)| *count).sum()
        };
        let by_request = tally.from_plan.iter();
        Self {
            rate_asked: args.rate,
            rate_answered: all.count() as f64 / took.as_secs_f64(),
            seconds: took.as_secs_f64(),
            connections: args.connections,
            answered: all.count(),
            shed: statuses(&|status| status == 503),
            failed: statuses(&|status| status > 299 && status != 503),
            broken: tally.broken.values().sum(),
            statuses: tally.statuses.clone(),
            errors: tally.broken.clone(),
            latency: all.summary(),
            service: tally.from_sending.summary(),
            latency_by_request: by_request
                .map(|(kind, latencies)| (kind.name(), latencies.summary()))
                .collect(),
        }
    }

    /// Whether every request was answered as it should be, or refused for overload.
    pub(super) fn held(&self) -> bool {
        self.failed == 0 && self.broken == 0
    }
}

impl Report for HttpReport {
    fn figures(&self) -> Vec<(String, String)> {
        let mut figures = vec![
            (
                "requests a second".to_owned(),
                format!("{:.0} of {} asked for", self.rate_answered, self.rate_asked),
            ),
            ("seconds".to_owned(), format!("{:.1}", self.seconds)),
            ("connections".to_owned(), self.connections.to_string()),
            ("answered".to_owned(), self.answered.to_string()),
            (
                "refused for overload (503)".to_owned(),
                self.shed.to_string(),
            ),
            ("failed otherwise".to_owned(), self.failed.to_string()),
            ("not answered".to_owned(), self.broken.to_string()),
        ];
        let statuses = self.statuses.iter();
        figures.extend(statuses.map(|(status, count)| (format!("  {status}"), count.to_string())));
        let errors = self.errors.iter();
        figures.extend(errors.map(|(error, count)| (format!("  {error}"), count.to_string())));
        figures
    }

    fn times(&self) -> Vec<(String, Summary)> {
        let mut times = vec![
            ("all, from the planned moment".to_owned(), self.latency),
            ("all, from sending".to_owned(), self.service),
        ];
        let by_request = self.latency_by_request.iter();
        times.extend(by_request.map(|(name, summary)| ((*name).to_owned(), *summary)));
        times
    }
}
