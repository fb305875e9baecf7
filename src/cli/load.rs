//! Putting load on a running server.

use clap::{Args, Subcommand, value_parser};

use super::verbs::{Output, ServerArgs};

/// Putting load on a running server.
///
/// What is sent has a planned moment, and an answer's time counts from that moment, whether or not
/// the server took the request in time: waiting behind a slow answer is not left out. An interrupt (Ctrl-C) ends it early, with its report.
#[derive(Debug, Subcommand)]
pub(crate) enum LoadVerb {
    /// Send commands and reads at a steady rate, and say how long the answers took
    Http(LoadHttpArgs),
    /// Publish bets to the bet stream at a steady rate, and say how long keeping and taking took
    Stream(LoadStreamArgs),
    /// Hold many live clients, cause events, and say how long each took to reach each client
    ///
    /// Ends with 1 when a client missed an event, saw one twice or out of order.
    Live(LoadLiveArgs),
}

/// Which server, and the form of the report.
#[derive(Args, Clone, Debug)]
pub(crate) struct LoadTarget {
    /// Load a server that is not on this machine
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// The form of the report
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// What to ask for over HTTP.
#[derive(Args, Clone, Debug)]
pub(crate) struct LoadHttpArgs {
    /// Requests a second
    #[arg(long, value_name = "PER_SECOND", default_value_t = 1_000, value_parser = value_parser!(u32).range(1..=200_000))]
    pub(crate) rate: u32,
    /// For how many seconds
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u32).range(1..=3_600))]
    pub(crate) seconds: u32,
    /// How many connections share the requests
    #[arg(long, default_value_t = 32, value_parser = value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,
    /// How many of a hundred requests are reads; the others are commands
    #[arg(long, value_name = "PERCENT", default_value_t = 50, value_parser = value_parser!(u32).range(0..=100))]
    pub(crate) reads: u32,
    #[command(flatten)]
    pub(crate) target: LoadTarget,
}

/// What to publish.
#[derive(Args, Clone, Debug)]
pub(crate) struct LoadStreamArgs {
    /// Bets a second
    #[arg(long, value_name = "PER_SECOND", default_value_t = 1_000, value_parser = value_parser!(u32).range(1..=200_000))]
    pub(crate) rate: u32,
    /// For how many seconds
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u32).range(1..=3_600))]
    pub(crate) seconds: u32,
    /// Among how many games the bets are spread
    #[arg(long, default_value_t = 100, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(crate) games: u32,
    /// Publish to a broker that is not on this machine
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// The form of the report
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
}

/// Who listens, and what they are told.
#[derive(Args, Clone, Debug)]
pub(crate) struct LoadLiveArgs {
    /// How many clients listen by server-sent events
    #[arg(long, value_name = "CLIENTS", default_value_t = 0, value_parser = value_parser!(u32).range(0..=50_000))]
    pub(crate) sse: u32,
    /// How many clients listen by WebSocket
    #[arg(long, value_name = "CLIENTS", default_value_t = 0, value_parser = value_parser!(u32).range(0..=50_000))]
    pub(crate) ws: u32,
    /// How many clients connect in a second
    #[arg(long, value_name = "PER_SECOND", default_value_t = 1_000, value_parser = value_parser!(u32).range(1..=10_000))]
    pub(crate) connect_rate: u32,
    /// Events a second
    #[arg(long, value_name = "PER_SECOND", default_value_t = 10, value_parser = value_parser!(u32).range(1..=10_000))]
    pub(crate) rate: u32,
    /// For how many seconds
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u32).range(1..=3_600))]
    pub(crate) seconds: u32,
    /// How many bets each event changes, some 200 bytes each
    #[arg(long, value_name = "BETS", default_value_t = 1, value_parser = value_parser!(u32).range(1..=100))]
    pub(crate) bets_per_event: u32,
    /// How many of the clients read nothing for a while, and then what they were told
    #[arg(long, value_name = "CLIENTS", default_value_t = 0)]
    pub(crate) slow: u32,
    /// How many seconds they read nothing
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = value_parser!(u32).range(1..=3_600))]
    pub(crate) slow_seconds: u32,
    /// Connect again when the server ends a connection, when it says, and go on from the last event
    #[arg(long)]
    pub(crate) reconnect: bool,
    /// The server's process, whose memory is measured; without it what /metrics says
    #[arg(long)]
    pub(crate) pid: Option<u32>,
    #[command(flatten)]
    pub(crate) target: LoadTarget,
}
