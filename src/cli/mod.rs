//! The command line: what can be asked of the binary, in words for somebody who sees it first.

mod archive;
mod audit;
mod bundle;
mod events;
mod history;
mod load;
mod projections;
mod receipt;
mod verbs;

#[cfg(test)]
pub(crate) use verbs::Rounding;

use std::path::PathBuf;

use clap::{Args, Parser};

pub(crate) use archive::{BackupArgs, ExportArgs, ExportFormat, ImportArgs, RestoreArgs};
pub(crate) use audit::{AuditVerb, CheckHeadsArgs, HeadArgs, KeyVerb, VerifyArgs};
pub(crate) use bundle::{BundleVerb, MakeBundleArgs, VerifyBundleArgs};
pub(crate) use events::{EventsVerb, TreeOf, WantedEvents};
pub(crate) use history::{DifferenceArgs, HistoryArgs, PlaceArgs, StateArgs};
pub(crate) use load::{LoadHttpArgs, LoadLiveArgs, LoadStreamArgs, LoadTarget, LoadVerb};
pub(crate) use projections::{ProjectionsVerb, ReconcileArgs, ReplayArgs};
pub(crate) use receipt::{MakeReceiptArgs, ReceiptVerb, VerifyReceiptArgs};
pub(crate) use verbs::{
    CheckArgs, ConfigVerb, DeadLettersVerb, HealthArgs, Letters, MigrateArgs, Output, RebuildArgs,
    ResetArgs, SeedArgs, ServeArgs, ServerArgs, SimulateArgs, TokenVerb, Verb, View,
};

const EXAMPLES: &str = "\
Examples:
  betstream                                    serve on 127.0.0.1:3001, everything in ./data
  betstream seed                               put five sample accounts into the running server
  betstream simulate 10 1000                   send it 1,000 bets, one every 10 ms
  betstream check                              is everything in order with what is stored?
  betstream token new ana --file tokens        a token for Ana, so that others may connect
  DATABASE_URL=postgres://… REDIS_URL=… NATS_URL=… betstream
                                               the same product on real servers

Settings come from defaults, betstream.toml, the environment and flags, the later ones winning;
`betstream config show` prints each with its value and where it came from.";

/// BetStream keeps betting operations in one event log: it takes commands over HTTP and bets over
/// a stream, decides them, and shows everything live.
///
/// Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "betstream", version, after_help = EXAMPLES, args_conflicts_with_subcommands = false)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    #[command(flatten)]
    pub(crate) serve: ServeArgs,
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
}

/// Settings that can be given as flags, with every command.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingFlags {
    /// Where the log and its views are kept: sqlite://FILE or postgres://USER@HOST/NAME
    /// [environment: DATABASE_URL] [default: sqlite://data/betstream.db]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Where odds are counted: redis://HOST:PORT or HOST:PORT; a table when unset
    /// [environment: REDIS_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) redis_url: Option<String>,
    /// Where the bet stream is read: nats://HOST:PORT or HOST:PORT; over HTTP alone when unset
    /// [environment: NATS_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) nats_url: Option<String>,
    /// The file of named tokens; without it everybody on this machine may do everything
    /// [environment: BETSTREAM_TOKENS_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tokens_file: Option<PathBuf>,
    /// The currency of all money, fixed by the log's first event [environment: BETSTREAM_CURRENCY]
    /// [default: USD]
    #[arg(long, global = true, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// A settings file to read instead of ./betstream.toml [environment: BETSTREAM_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl Cli {
    /// The settings that were given as flags, by key.
    pub(crate) fn flags(&self) -> Vec<(&'static str, String)> {
        let serve = match &self.verb {
            Some(Verb::Serve(serve)) => serve,
            _ => &self.serve,
        };
        let given = &self.settings;
        let listen = (!serve.listen.is_empty()).then(|| serve.listen.join(","));
        let flags = [
            ("database_url", given.database_url.clone()),
            ("redis_url", given.redis_url.clone()),
            ("nats_url", given.nats_url.clone()),
            (
                "tokens_file",
                given
                    .tokens_file
                    .as_ref()
                    .map(|path| path.to_string_lossy().into_owned()),
            ),
            ("currency", given.currency.clone()),
            ("roles", serve.roles.clone()),
            ("listen", listen),
            ("allow_open", serve.allow_open.then(|| "true".to_owned())),
        ];
        flags
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_needs_no_verb() {
        let cli = Cli::parse_from([
            "betstream",
            "--listen",
            "127.0.0.1:1",
            "--listen",
            "127.0.0.1:2",
        ]);
        assert_eq!(
            cli.flags(),
            [("listen", "127.0.0.1:1,127.0.0.1:2".to_owned())]
        );
        let cli = Cli::parse_from(["betstream", "serve", "--allow-open", "--currency", "EUR"]);
        assert_eq!(
            cli.flags(),
            [
                ("currency", "EUR".to_owned()),
                ("allow_open", "true".to_owned())
            ]
        );
    }
}
