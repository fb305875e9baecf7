//! The table of settings: every one that exists, under which names, and what holds when nobody says.

use betstream_events::store::url::masked;

/// One setting.
pub(crate) struct Setting {
    /// Its name in `betstream.toml`.
    pub(crate) key: &'static str,
    /// Its name in the environment.
    pub(crate) variable: &'static str,
    /// What holds when nobody says.
    pub(crate) default: Option<&'static str>,
    /// What it decides.
    pub(crate) about: &'static str,
    /// What of it nobody may see. Of what is not open, `<VARIABLE>_FILE` may name a file that holds it.
    pub(crate) privacy: Privacy,
}

/// What of a value nobody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// Everybody may see it.
    Open,
    /// A URL, or several with commas, whose password is masked.
    Password,
    /// All of it is masked.
    Secret,
}

impl Privacy {
    /// `value` as it may be shown.
    pub(crate) fn shown(self, value: &str) -> String {
        match self {
            Self::Open => value.to_owned(),
            Self::Password => value.split(',').map(masked).collect::<Vec<_>>().join(","),
            Self::Secret => "***".to_owned(),
        }
    }
}

/// Every setting, in the order in which they are shown.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        key: "database_url",
        variable: "DATABASE_URL",
        default: Some("sqlite://data/betstream.db"),
        about: "where the log and its views are kept: sqlite://FILE or postgres://…",
        privacy: Privacy::Password,
    },
    Setting {
        key: "redis_url",
        variable: "REDIS_URL",
        default: None,
        about: "where odds are counted: redis://… or host:port; a table when unset",
        privacy: Privacy::Password,
    },
    Setting {
        key: "nats_url",
        variable: "NATS_URL",
        default: None,
        about: "where the bet stream is read: nats://… or host:port; over HTTP alone when unset",
        privacy: Privacy::Password,
    },
    Setting {
        key: "roles",
        variable: "BETSTREAM_ROLES",
        default: Some("all"),
        about: "what this process does: all, or some of api, ingest and projections, with commas",
        privacy: Privacy::Open,
    },
    Setting {
        key: "listen",
        variable: "BETSTREAM_LISTEN",
        default: None,
        about: "addresses to serve on, with commas between them",
        privacy: Privacy::Open,
    },
    Setting {
        key: "port",
        variable: "PORT",
        default: Some("3001"),
        about: "the port of the default address 127.0.0.1, when none is named to listen on",
        privacy: Privacy::Open,
    },
    Setting {
        key: "tokens_file",
        variable: "BETSTREAM_TOKENS_FILE",
        default: None,
        about: "the file of named tokens (`betstream token new`); open on loopback when unset",
        privacy: Privacy::Open,
    },
    Setting {
        key: "session_secret",
        variable: "BETSTREAM_SESSION_SECRET",
        default: None,
        about: "signs the cookies of signed-in people; each process has its own when unset",
        privacy: Privacy::Secret,
    },
    Setting {
        key: "allow_open",
        variable: "BETSTREAM_ALLOW_OPEN",
        default: Some("false"),
        about: "serve other addresses than loopback without tokens: anybody may do anything",
        privacy: Privacy::Open,
    },
    Setting {
        key: "trusted_proxies",
        variable: "BETSTREAM_TRUSTED_PROXIES",
        default: None,
        about: "addresses or networks, with commas, whose X-Forwarded-For, -Proto and -Host are believed",
        privacy: Privacy::Open,
    },
    Setting {
        key: "currency",
        variable: "BETSTREAM_CURRENCY",
        default: Some("USD"),
        about: "the currency of all money; fixed by the log's first event",
        privacy: Privacy::Open,
    },
    Setting {
        key: "signing_key_file",
        variable: "BETSTREAM_SIGNING_KEY_FILE",
        default: None,
        about: "the file of the private key (`betstream audit key new`) that heads and receipts are signed with",
        privacy: Privacy::Open,
    },
    Setting {
        key: "heads_file",
        variable: "BETSTREAM_HEADS_FILE",
        default: None,
        about: "a file to which a signed head is added every so often while the log grows",
        privacy: Privacy::Open,
    },
    Setting {
        key: "heads_every",
        variable: "BETSTREAM_HEADS_EVERY_SECONDS",
        default: Some("3600"),
        about: "how many seconds lie between two such heads",
        privacy: Privacy::Open,
    },
    Setting {
        key: "stream",
        variable: "BETSTREAM_STREAM",
        default: Some("bets_stream"),
        about: "the JetStream stream that carries bets; made when it is missing",
        privacy: Privacy::Open,
    },
    Setting {
        key: "subject",
        variable: "BETSTREAM_SUBJECT",
        default: Some("bets"),
        about: "the subject on which bets are published",
        privacy: Privacy::Open,
    },
    Setting {
        key: "consumer",
        variable: "BETSTREAM_CONSUMER",
        default: Some("bets_consumer"),
        about: "the durable consumer by which all processes share the stream",
        privacy: Privacy::Open,
    },
    Setting {
        key: "stream_replicas",
        variable: "BETSTREAM_STREAM_REPLICAS",
        default: Some("1"),
        about: "on how many servers of a NATS cluster the stream is kept, when it is made here",
        privacy: Privacy::Open,
    },
    Setting {
        key: "threads",
        variable: "BETSTREAM_THREADS",
        default: None,
        about: "threads for actors and for HTTP each; one for each processor when unset",
        privacy: Privacy::Open,
    },
    Setting {
        key: "admin_listen",
        variable: "BETSTREAM_ADMIN_LISTEN",
        default: None,
        about: "the address of the profiles, for example 127.0.0.1:6060; none without",
        privacy: Privacy::Open,
    },
    Setting {
        key: "admin_allow_open",
        variable: "BETSTREAM_ADMIN_ALLOW_OPEN",
        default: Some("false"),
        about: "serve profiles on other addresses than loopback: whoever reaches them may ask",
        privacy: Privacy::Open,
    },
    Setting {
        key: "otlp_endpoint",
        variable: "OTEL_EXPORTER_OTLP_ENDPOINT",
        default: None,
        about: "the collector that traces are sent to, OTLP over HTTP: http://host:4318; none without",
        privacy: Privacy::Password,
    },
    Setting {
        key: "traces_ratio",
        variable: "BETSTREAM_TRACES_RATIO",
        default: Some("1"),
        about: "which part of the traces that begin here is recorded, from 0 to 1",
        privacy: Privacy::Open,
    },
    Setting {
        key: "log",
        variable: "RUST_LOG",
        default: None,
        about: "which messages are written, for example info or betstream=debug,warn",
        privacy: Privacy::Open,
    },
    Setting {
        key: "log_format",
        variable: "BETSTREAM_LOG_FORMAT",
        default: Some("auto"),
        about: "human or json; auto: human on a terminal, json otherwise",
        privacy: Privacy::Open,
    },
];

/// The setting of this key.
pub(crate) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}
