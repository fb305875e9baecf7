//! The verbs and their arguments.

use std::path::PathBuf;

use betstream_events::{dead_letter::LetterState, ids::DeadLetterId};
use clap::{Args, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::{
    AuditVerb, BackupArgs, BundleVerb, DifferenceArgs, EventsVerb, ExportArgs, HistoryArgs,
    ImportArgs, LoadVerb, ProjectionsVerb, ReceiptVerb, ReconcileArgs, ReplayArgs, RestoreArgs,
    StateArgs,
};

/// What can be asked of the binary.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Serve the API, the console and the live streams (what happens without a command)
    Serve(ServeArgs),
    /// Send bets, one every so many milliseconds
    ///
    /// With NATS_URL set they go to the bet stream, each publish acknowledged; otherwise to the
    /// running server over HTTP.
    Simulate(SimulateArgs),
    /// Put a steady load on the running server, and say how long everything took
    #[command(subcommand)]
    Load(LoadVerb),
    /// Put the sample data into the running server: five accounts with their batches
    Seed(SeedArgs),
    /// Look at the messages that could not be read, retry or discard them
    #[command(subcommand)]
    DeadLetters(DeadLettersVerb),
    /// Look into the log: events by what they are, how many, and what led to what
    #[command(subcommand)]
    Events(EventsVerb),
    /// Show how an account, a batch, a market or a dead letter was, at any time
    State(StateArgs),
    /// Show what changed in one of them between two moments
    Difference(DifferenceArgs),
    /// List the events of one of them, each with who, why and what it changed
    History(HistoryArgs),
    /// Delete everything from the log and its views
    Reset(ResetArgs),
    /// Build the views anew from the log, beside the old ones, then swap them
    Rebuild(RebuildArgs),
    /// Look after the views in the running server: how they stand, rebuild, pause, skip an event
    #[command(subcommand)]
    Projections(ProjectionsVerb),
    /// Compare views and counters with the log, beside whoever serves them, and name what differs
    Reconcile(ReconcileArgs),
    /// Put the log up to a moment into an empty store of its own, with its views, to be looked at
    Replay(ReplayArgs),
    /// Check that log, claims, views and counters are what they should be
    Check(CheckArgs),
    /// Prove that the log is whole, and still the one that was signed for
    #[command(subcommand)]
    Audit(AuditVerb),
    /// Prove one event to somebody who has nothing but a public key
    #[command(subcommand)]
    Receipt(ReceiptVerb),
    /// Write the log, or what a query finds in it, into a file
    ///
    /// Its lines are the columns of the events, byte for byte, and the blocks of the hash chain, so
    /// that `import` makes the same log of it. A selection is asked of the running server.
    Export(ExportArgs),
    /// Make an empty log the one that was exported: positions, bytes and chain stay as they were
    Import(ImportArgs),
    /// Keep everything that is stored in one compressed file, while a server runs or not
    Backup(BackupArgs),
    /// Make an empty log the one that was backed up, on SQLite or Postgres, wherever it came from
    Restore(RestoreArgs),
    /// Give events to an auditor in one file, with everything that proves them
    #[command(subcommand)]
    Bundle(BundleVerb),
    /// Say whether the running server takes work: what a container's health check asks
    Health(HealthArgs),
    /// Print the OpenAPI document
    Openapi,
    /// Print what completes commands and flags in a shell
    ///
    /// For example: betstream completions bash > /etc/bash_completion.d/betstream
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, or write the pages of every command into a folder
    Man {
        /// The folder, which is made when it is missing
        dir: Option<PathBuf>,
    },
    /// Look at the settings
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Manage the tokens by which people and programs come in
    #[command(subcommand)]
    Token(TokenVerb),
    /// Take over accounts, batches and bets from another system's database
    ///
    /// Reads a control plane's SQLite file or a stream engine's Postgres table `bets`. Ids are
    /// kept. Running it again adds what is new, doubles nothing and reports what changed since.
    MigrateFrom(MigrateArgs),
}

/// Where and for whom to serve.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServeArgs {
    /// An address to serve on, for example 127.0.0.1:3001; can be given several times
    /// [environment: BETSTREAM_LISTEN] [default: 127.0.0.1:$PORT, 127.0.0.1:3001 without PORT]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Vec<String>,
    /// What this process does: all, or some of api, ingest and projections, with commas
    /// [environment: BETSTREAM_ROLES] [default: all]
    #[arg(long, value_name = "ROLES")]
    pub(crate) roles: Option<String>,
    /// Serve other addresses than loopback without tokens: anybody may do anything
    /// [environment: BETSTREAM_ALLOW_OPEN=1]
    #[arg(long)]
    pub(crate) allow_open: bool,
}

/// How a running server is reached.
#[derive(Args, Clone, Debug)]
pub(crate) struct ServerArgs {
    /// The running server [default: the first address that `serve` would listen on,
    /// http://127.0.0.1:3001 unless configured]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<url::Url>,
    /// The token to come in with, where the server wants one
    #[arg(
        long,
        value_name = "TOKEN",
        env = "BETSTREAM_TOKEN",
        hide_env_values = true
    )]
    pub(crate) token: Option<String>,
}

/// Which server to ask.
#[derive(Args, Clone, Debug)]
pub(crate) struct HealthArgs {
    /// The running server [default: the first address that `serve` would listen on]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<url::Url>,
}

/// What to send.
#[derive(Args, Clone, Debug)]
pub(crate) struct SimulateArgs {
    /// Milliseconds between two bets; 0 sends as fast as they are taken
    #[arg(value_name = "INTERVAL_MS")]
    pub(crate) interval_ms: u64,
    /// How many bets
    #[arg(value_name = "COUNT")]
    pub(crate) count: u64,
    /// Among how many games the bets are spread
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) games: u32,
    /// Bets a second, instead of the interval
    #[arg(long, value_name = "PER_SECOND", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) rate: Option<u32>,
    /// Give the bets selections, so that odds can be computed from them
    #[arg(long)]
    pub(crate) selections: bool,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// Where the sample data goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct SeedArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// What to delete.
#[derive(Args, Clone, Debug)]
pub(crate) struct ResetArgs {
    /// Really delete everything
    #[arg(long)]
    pub(crate) yes: bool,
}

/// What to build anew.
#[derive(Args, Clone, Debug)]
pub(crate) struct RebuildArgs {
    /// Which view
    #[arg(default_value = "all")]
    pub(crate) view: View,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// A view of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// Accounts, batches and bets
    Desk,
    /// Turnover by market and selection
    Markets,
    /// Odds counters
    Odds,
    /// Totals and the series by second
    Stats,
    /// The index by which events are found
    Audit,
    /// All of them
    All,
}

/// How to say what was found.
#[derive(Args, Clone, Debug)]
pub(crate) struct CheckArgs {
    /// The form of the answer
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
}

/// The form of data on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Looking after the messages that could not be read, in the running server.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadLettersVerb {
    /// List them, the newest first
    List {
        /// Only those that are waiting, settled or discarded
        #[arg(long, value_name = "STATE")]
        state: Option<LetterState>,
        /// Only those that could not be read for this reason, not_json for example
        #[arg(long, value_name = "WORD")]
        reason: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Show one with its text and everything that happened to it
    Show {
        /// The letter
        id: DeadLetterId,
        /// Write its bytes as they came, and nothing else
        #[arg(long, conflicts_with = "output")]
        bytes: bool,
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Read them once more, and record the bets in them; a bet is recorded once, however often
    Retry {
        #[command(flatten)]
        letters: Letters,
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Give them up; they stay readable, with who did it and why
    Discard {
        #[command(flatten)]
        letters: Letters,
        /// Why
        #[arg(long, value_name = "WORDS")]
        reason: String,
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// Which dead letters.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Letters {
    /// The letters
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<DeadLetterId>,
    /// All that wait and could not be read for this reason, not_json for example
    #[arg(long, value_name = "WORD")]
    pub(crate) all_of: Option<String>,
}

/// Looking at the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Print every setting, its value without passwords, and where it came from
    Show {
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
    },
}

/// Managing tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Make a token, print it once, and keep its hash under a name
    ///
    /// The name stands beside everything that is done with the token. The file is that of
    /// BETSTREAM_TOKENS_FILE unless another is named; a server reads it at its start.
    New {
        /// Whose token it is
        name: String,
        /// The file to keep it in
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// What to take over, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct MigrateArgs {
    /// The other system's database: sqlite://FILE or postgres://USER@HOST/NAME
    #[arg(value_name = "DATABASE_URL")]
    pub(crate) from: String,
    /// Round money that is finer than the currency; without it such money stops the run
    #[arg(long, value_name = "HOW")]
    pub(crate) round: Option<Rounding>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// How money is rounded to the currency's minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rounding {
    /// To the nearest, a half to the even neighbour
    HalfEven,
}
