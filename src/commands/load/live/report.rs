//! What a run with live clients came to.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::{ledger::Ledger, memory::MemoryReport, seen::Faults, source::Commands};
use crate::{
    cli::LoadLiveArgs,
    commands::load::{latencies::Summary, report::Report},
};

/// How soon an event should have reached everybody.
const SOON: Duration = Duration::from_secs(1);

/// What a run came to.
#[derive(Serialize)]
pub(super) struct LiveReport {
    sse: u32,
    ws: u32,
    /// Commands that were answered, each with an event.
    events: u64,
    events_per_second: f64,
    events_failed: BTreeMap<String, u64>,
    /// Events that reached the last client within a second of their planned moment.
    events_to_all_within_1s: u64,
    faults: Faults,
    ends: BTreeMap<String, u64>,
    /// Tries to connect that failed.
    unconnected: BTreeMap<String, u64>,
    reconnects: u64,
    /// How many came again in each second, from the first that did.
    reconnects_by_second: Vec<u32>,
    slow: SlowReport,
    memory: MemoryReport,
    /// From the planned moment of an event to each client.
    to_each_client: Summary,
    /// From the planned moment of an event to the last client.
    to_all_clients: Summary,
    /// From the first packet to the head of the answer.
    connecting: Summary,
}

/// How those fared who read nothing for a while.
#[derive(Serialize)]
struct SlowReport {
    clients: usize,
    /// Were closed, by what they were told, or by how the connection broke.
    closed: BTreeMap<String, u64>,
    /// Were still connected at the end.
    open: usize,
}

impl LiveReport {
    pub(super) fn new(
        args: &LoadLiveArgs,
        ledger: &Ledger,
        (commands, lasted): (Commands, Duration),
        memory: MemoryReport,
    ) -> Self {
        let to_all = ledger.to_all();
        let slow: Vec<_> = ledger.slow().collect();
        let mut closed = BTreeMap::<String, u64>::new();
        for reason in slow.iter().filter_map(|seen| seen.ended.clone()) {
            *closed.entry(reason).or_default() += 1;
        }
        let reconnects_by_second = ledger.reconnected().to_vec();
        Self {
            sse: args.sse,
            ws: args.ws,
            events: commands.answered,
            events_per_second: commands.answered as f64 / lasted.as_secs_f64(),
            events_failed: commands.failed,
            events_to_all_within_1s: to_all.within(SOON),
            faults: ledger.faults(),
            ends: ledger.ends().clone(),
            unconnected: ledger.not_connected().clone(),
            reconnects: reconnects_by_second.iter().copied().map(u64::from).sum(),
            reconnects_by_second,
            slow: SlowReport {
                clients: slow.len(),
                open: slow.iter().filter(|seen| seen.ended.is_none()).count(),
                closed,
            },
            memory,
            to_each_client: ledger.to_each().summary(),
            to_all_clients: to_all.summary(),
            connecting: ledger.connecting().summary(),
        }
    }

    /// Whether every client heard every event once and in order.
    pub(super) fn held(&self) -> bool {
        self.faults.none()
    }
}

impl Report for LiveReport {
    fn figures(&self) -> Vec<(String, String)> {
        let faults = self.faults;
        let mut figures: Vec<(String, String)> = [
            (
                "clients",
                format!("{} SSE, {} WebSocket", self.sse, self.ws),
            ),
            (
                "events",
                format!("{} ({:.1} a second)", self.events, self.events_per_second),
            ),
            (
                "to all within 1 s",
                self.events_to_all_within_1s.to_string(),
            ),
            ("missed", faults.missed.to_string()),
            ("repeated", faults.repeated.to_string()),
            ("out of order", faults.out_of_order.to_string()),
            ("told to load again", faults.resyncs.to_string()),
        ]
        .map(|(name, figure)| (name.to_owned(), figure))
        .into();
        let mut counts = |title: &str, counts: &BTreeMap<String, u64>| {
            let counts = counts.iter();
            figures.extend(
                counts.map(|(name, count)| (format!("{title}: {name}"), count.to_string())),
            );
        };
        counts("no event", &self.events_failed);
        counts("ended", &self.ends);
        counts("not connected", &self.unconnected);
        counts("slow, closed", &self.slow.closed);
        if self.slow.clients > 0 {
            figures.push(("slow, still open".to_owned(), self.slow.open.to_string()));
        }
        if self.reconnects > 0 {
            let by_second = self.reconnects_by_second.iter().map(u32::to_string);
            figures.push(("came again".to_owned(), self.reconnects.to_string()));
            figures.push((
                "came again, by second".to_owned(),
                by_second.collect::<Vec<_>>().join(" "),
            ));
        }
        figures.extend(self.memory.lines());
        figures
    }

    fn times(&self) -> Vec<(String, Summary)> {
        let times = [
            (
                "to each client, from the planned moment",
                self.to_each_client,
            ),
            ("to the last client", self.to_all_clients),
            ("connecting", self.connecting),
        ];
        times.map(|(name, time)| (name.to_owned(), time)).into()
    }
}
