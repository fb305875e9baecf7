//! Looking after the views, in the running server.

use betstream_events::envelope::StreamName;
use betstream_projections::{ProjectionName, RebuildTarget};
use clap::{Args, Subcommand};

use super::verbs::{Output, ServerArgs};

/// What to compare with the log.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReconcileArgs {
    /// Which view: desk, markets, odds, stats, audit or all
    #[arg(default_value = "all")]
    pub(crate) view: RebuildTarget,
    /// The form of the answer
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
}

/// Up to when to replay, and where.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReplayArgs {
    /// The moment: a log position, or an RFC 3339 time
    #[arg(long, value_name = "POSITION|TIME")]
    pub(crate) to: String,
    /// An empty store: sqlite://FILE or postgres://USER@HOST/NAME
    #[arg(long, value_name = "DATABASE_URL")]
    pub(crate) into: String,
}

/// Looking after the views, in the running server.
#[derive(Debug, Subcommand)]
pub(crate) enum ProjectionsVerb {
    /// Show how each view stands: what it has counted, how far it is behind, and who keeps it
    List {
        /// The form of the answer
        #[arg(long, default_value = "table")]
        output: Output,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Build a view, or all of them, anew beside the one that answers; it goes on after a restart
    Rebuild {
        /// Which view: desk, markets, odds, stats, audit or all
        #[arg(default_value = "all")]
        view: RebuildTarget,
        /// Only what this stream makes of the view: `account-7` or `batch-42` of desk,
        /// `market-game_123` of markets
        #[arg(long, value_name = "STREAM", conflicts_with = "no_wait")]
        stream: Option<StreamName>,
        /// Do not wait until it is done
        #[arg(long)]
        no_wait: bool,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Call a rebuild off; the old view answers on
    Cancel {
        /// Which view: desk, markets, odds, stats, audit or all
        view: RebuildTarget,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Let a view stand still; it answers on with what it has counted
    Pause {
        /// Which view
        view: ProjectionName,
        /// Why
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Let a paused view go on
    Resume {
        /// Which view
        view: ProjectionName,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Try the event at which a view stands once more, now
    Retry {
        /// Which view
        view: ProjectionName,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Let a view pass over the event at which it stands: an event of the log says so, with the
    /// reason, and every later rebuild passes over it too
    Skip {
        /// Which view
        view: ProjectionName,
        /// Why
        #[arg(long, value_name = "WORDS")]
        reason: String,
        /// Only if it stands at this position
        #[arg(long, value_name = "POSITION")]
        position: Option<i64>,
        #[command(flatten)]
        server: ServerArgs,
    },
}
