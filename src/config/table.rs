//! The table of settings: every one that exists, under which names, and what holds when nobody says.

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
    /// Whether it can hold a password: then it is masked when shown, and `<VARIABLE>_FILE` may name
    /// a file that holds it.
    pub(crate) secret: bool,
}

/// Every setting, in the order in which they are shown.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        key: "database_url",
        variable: "DATABASE_URL",
        default: Some("sqlite://data/betstream.db"),
        about: "where the log and its views are kept: sqlite://FILE or postgres://…",
        secret: true,
    },
    Setting {
        key: "redis_url",
        variable: "REDIS_URL",
        default: None,
        about: "where odds are counted: redis://… or host:port; a table when unset",
        secret: true,
    },
    Setting {
        key: "nats_url",
        variable: "NATS_URL",
        default: None,
        about: "where the bet stream is read: nats://… or host:port; over HTTP alone when unset",
        secret: true,
    },
    Setting {
        key: "listen",
        variable: "BETSTREAM_LISTEN",
        default: None,
        about: "addresses to serve on, with commas between them",
        secret: false,
    },
    Setting {
        key: "port",
        variable: "PORT",
        default: Some("3001"),
        about: "the port of the default address 127.0.0.1, when none is named to listen on",
        secret: false,
    },
    Setting {
        key: "tokens_file",
        variable: "BETSTREAM_TOKENS_FILE",
        default: None,
        about: "the file of named tokens (`betstream token new`); open on loopback when unset",
        secret: false,
    },
    Setting {
        key: "allow_open",
        variable: "BETSTREAM_ALLOW_OPEN",
        default: Some("false"),
        about: "serve other addresses than loopback without tokens: anybody may do anything",
        secret: false,
    },
    Setting {
        key: "currency",
        variable: "BETSTREAM_CURRENCY",
        default: Some("USD"),
        about: "the currency of all money; fixed by the log's first event",
        secret: false,
    },
    Setting {
        key: "stream",
        variable: "BETSTREAM_STREAM",
        default: Some("bets_stream"),
        about: "the JetStream stream that carries bets; made when it is missing",
        secret: false,
    },
    Setting {
        key: "subject",
        variable: "BETSTREAM_SUBJECT",
        default: Some("bets"),
        about: "the subject on which bets are published",
        secret: false,
    },
    Setting {
        key: "consumer",
        variable: "BETSTREAM_CONSUMER",
        default: Some("bets_consumer"),
        about: "the durable consumer by which all processes share the stream",
        secret: false,
    },
    Setting {
        key: "threads",
        variable: "BETSTREAM_THREADS",
        default: None,
        about: "threads for actors and for HTTP each; one for each processor when unset",
        secret: false,
    },
    Setting {
        key: "log",
        variable: "RUST_LOG",
        default: Some("info,actix_server=warn,actix_web=warn,async_nats=warn,refinery=warn,refinery_core=warn"),
        about: "which messages are written, in the form of RUST_LOG",
        secret: false,
    },
    Setting {
        key: "log_format",
        variable: "BETSTREAM_LOG_FORMAT",
        default: Some("auto"),
        about: "human or json; auto: human on a terminal, json otherwise",
        secret: false,
    },
];

/// The setting of this key.
pub(crate) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}
