//! What can be asked of the log.

use betstream_events::store::EventRef;
use betstream_events::{
    envelope::StreamName,
    ids::{AccountId, BatchId},
    metadata::Road,
};
use betstream_projections::audit::BetName;
use clap::{Args, Subcommand};

use super::{Output, ServerArgs};

/// Looking into the log of the running server.
#[derive(Debug, Subcommand)]
pub(crate) enum EventsVerb {
    /// List events by what they are, the newest first
    List {
        #[command(flatten)]
        wanted: WantedEvents,
        /// The oldest first
        #[arg(long)]
        oldest: bool,
        /// At most so many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Count events by type
    Counts {
        #[command(flatten)]
        wanted: WantedEvents,
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Show one event as it is stored
    Show {
        /// The event: its position, or its id
        event: EventRef,
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// List the event types: their versions, an example of each, and who consumes them
    Catalog {
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
    },
    /// Show what led to what: every event that belongs to one, or to a correlation
    Tree {
        #[command(flatten)]
        of: TreeOf,
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// Which events: those that are all of what is said.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Which events")]
pub(crate) struct WantedEvents {
    /// In this stream, batch-42 for example
    #[arg(long)]
    pub(crate) stream: Option<StreamName>,
    /// About this account: its own, those of its batches, bets that were refused to it
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<AccountId>,
    /// About this batch
    #[arg(long, value_name = "ID")]
    pub(crate) batch: Option<BatchId>,
    /// About this bet: its pid in a batch, or its id on the stream
    #[arg(long, value_name = "PID|ID")]
    pub(crate) bet: Option<BetName>,
    /// About this market
    #[arg(long, value_name = "GAME")]
    pub(crate) market: Option<String>,
    /// Of this type, batch.submitted for example; can be given several times
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<String>,
    /// Caused by this operator, token or process
    #[arg(long, value_name = "NAME")]
    pub(crate) who: Option<String>,
    /// Come by this road: http, stream, command-line, migration or follow-up
    #[arg(long)]
    pub(crate) road: Option<Road>,
    /// Read from this message stream, or this message of it: BETS or BETS/1234
    #[arg(long, value_name = "STREAM[/SEQUENCE]")]
    pub(crate) source: Option<String>,
    /// Correlated under this name
    #[arg(long, value_name = "NAME")]
    pub(crate) correlation: Option<String>,
    /// Caused by this: the id of an event, or `request` and the id of a request
    #[arg(long, value_name = "CAUSE")]
    pub(crate) causation: Option<String>,
    /// With these words in the payload or the reason, each as the beginning of a word there
    #[arg(long, value_name = "WORDS")]
    pub(crate) text: Option<String>,
    /// From this position or time (RFC 3339) on
    #[arg(long, value_name = "MOMENT")]
    pub(crate) from: Option<String>,
    /// Up to this position or time (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    pub(crate) to: Option<String>,
}

/// Which tree.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct TreeOf {
    /// An event of it: its position, or its id
    pub(crate) event: Option<EventRef>,
    /// Its correlation
    #[arg(long, value_name = "NAME")]
    pub(crate) correlation: Option<String>,
}

impl WantedEvents {
    /// As the parameters of a request.
    pub(crate) fn params(&self) -> Vec<(&'static str, String)> {
        let bet = |bet: BetName| match bet {
            BetName::Pid(pid) => pid.to_string(),
            BetName::Id(id) => id.to_string(),
        };
        let types = (!self.types.is_empty()).then(|| self.types.join(","));
        let params = [
            ("stream", self.stream.as_ref().map(ToString::to_string)),
            ("account", self.account.map(|id| id.to_string())),
            ("batch", self.batch.map(|id| id.to_string())),
            ("bet", self.bet.map(bet)),
            ("market", self.market.clone()),
            ("type", types),
            ("who", self.who.clone()),
            ("road", self.road.map(|road| road.word().to_owned())),
            ("source", self.source.clone()),
            ("correlation", self.correlation.clone()),
            ("causation", self.causation.clone()),
            ("text", self.text.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
        ];
        let given = params
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        given.collect()
    }
}
