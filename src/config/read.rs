//! From texts to typed settings.

use std::{net::SocketAddr, path::PathBuf, str::FromStr, thread::available_parallelism};

use betstream_events::{money::Currency, store::url::StoreUrl};
use betstream_web::TrustedProxies;
use figment::{Figment, value::Value};

use super::{
    admin::admin,
    error::ConfigError,
    layers::{Said, lay},
    listen,
    roles::{Roles, roles},
    signing::{Signing, signing},
    table::{Setting, find},
    traces::{Traces, traces},
};

/// The settings of one process.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Where the log is kept.
    pub(crate) database: StoreUrl,
    /// Where odds are counted; a table when there is none.
    pub(crate) redis: Option<String>,
    /// Where the bet stream is read; over HTTP alone when there is none.
    pub(crate) nats: Option<String>,
    /// What the process does.
    pub(crate) roles: Roles,
    /// Addresses to serve on, at least one.
    pub(crate) listen: Vec<SocketAddr>,
    /// The file of named tokens.
    pub(crate) tokens_file: Option<PathBuf>,
    /// What sessions are signed with, so that they survive a restart and hold in every process.
    pub(crate) session_secret: Option<String>,
    /// Whether others than this machine may come in without a token.
    pub(crate) allow_open: bool,
    /// Proxies whose word on whom they speak for is taken.
    pub(crate) trusted_proxies: TrustedProxies,
    /// The currency of all money.
    pub(crate) currency: Currency,
    /// What is signed, with what and where to.
    pub(crate) signing: Signing,
    /// How the bet stream is called.
    pub(crate) stream: StreamNames,
    /// Threads for actors, and as many for HTTP.
    pub(crate) threads: usize,
    /// Where profiles are served; nowhere without.
    pub(crate) admin_listen: Option<SocketAddr>,
    /// Where traces are sent, and how many.
    pub(crate) traces: Traces,
    /// Which messages are written; what suits the verb when nobody says.
    pub(crate) log: Option<String>,
    /// In which form they are written.
    pub(crate) log_format: LogFormat,
}

/// The names by which the bet stream is found on its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StreamNames {
    /// The stream.
    pub(crate) stream: String,
    /// The subject of its messages.
    pub(crate) subject: String,
    /// The durable consumer.
    pub(crate) consumer: String,
    /// On how many servers of a cluster the stream is kept, when it is made here.
    pub(crate) replicas: usize,
}

/// The form of written messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Human on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl Settings {
    /// Reads what was said.
    ///
    /// # Errors
    /// [`ConfigError`], which names the setting, its value and the cure.
    pub(crate) fn read(said: &Said<'_>) -> Result<Self, ConfigError> {
        let texts = Texts {
            figment: lay(said)?,
        };
        let tokens_file = texts.optional("tokens_file", |text| Ok(PathBuf::from(text)))?;
        let allow_open = texts.required("allow_open", truth)?;
        if let (Some(tokens), true) = (&tokens_file, allow_open) {
            return Err(ConfigError(format!(
                "BETSTREAM_ALLOW_OPEN and BETSTREAM_TOKENS_FILE ({}) contradict each other: the first lets everybody in, \
                 the second only who has a token; unset one of them",
                tokens.display()
            )));
        }
        let port = texts.required("port", |text| {
            text.parse::<u16>()
                .map_err(|_| fault("it is no port", "use a number from 0 to 65535"))
        })?;
        let listen = texts.optional("listen", listen::addresses)?;
        Ok(Self {
            database: texts.required("database_url", |text| {
                StoreUrl::from_str(text)
                    .map_err(|error| fault(error, "use sqlite://FILE or postgres://USER@HOST/NAME"))
            })?,
            redis: texts.optional("redis_url", |text| server_url(text, "redis", 6379))?,
            nats: texts.optional("nats_url", |text| server_url(text, "nats", 4222))?,
            roles: texts.required("roles", roles)?,
            listen: listen.unwrap_or_else(|| vec![SocketAddr::from(([127, 0, 0, 1], port))]),
            tokens_file,
            session_secret: texts.optional("session_secret", session_secret)?,
            allow_open,
            trusted_proxies: texts
                .optional("trusted_proxies", |text| {
                    TrustedProxies::from_str(text)
                        .map_err(|error| fault(error, "use for example 10.0.0.0/8,127.0.0.1"))
                })?
                .unwrap_or_default(),
            currency: texts.required("currency", |text| {
                Currency::from_str(text)
                    .map_err(|error| fault(error, "use a code such as USD, EUR or JPY"))
            })?,
            signing: signing(&texts)?,
            stream: StreamNames {
                stream: texts.required("stream", stream_word)?,
                subject: texts.required("subject", |text| word(text, &[' ', '\t', '*', '>']))?,
                consumer: texts.required("consumer", stream_word)?,
                replicas: texts.required("stream_replicas", replicas)?,
            },
            threads: texts
                .optional("threads", threads)?
                .unwrap_or_else(|| available_parallelism().map_or(2, usize::from)),
            traces: traces(&texts)?,
            admin_listen: admin(&texts)?,
            log: texts.optional("log", |text| {
                let parsed = tracing_subscriber::EnvFilter::try_new(text);
                parsed.map_err(|error| {
                    fault(error, "use for example info or betstream=debug,warn")
                })?;
                Ok(text.to_owned())
            })?,
            log_format: texts.required("log_format", |text| match text {
                "auto" => Ok(LogFormat::Auto),
                "human" => Ok(LogFormat::Human),
                "json" => Ok(LogFormat::Json),
                _ => Err(fault("it is no format", "use auto, human or json")),
            })?,
        })
    }
}

/// What is wrong with a value, and what to do.
pub(super) type Fault = (String, &'static str);

pub(super) fn fault(what: impl ToString, cure: &'static str) -> Fault {
    (what.to_string(), cure)
}

/// The settings as texts.
pub(super) struct Texts {
    pub(super) figment: Figment,
}

impl Texts {
    /// The value of `key` as one text; a list has commas between its parts.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.figment
            .find_value(key)
            .ok()
            .map(|value| as_text(&value))
    }

    /// Which layer said the value of `key`.
    pub(super) fn from(&self, key: &str) -> String {
        self.figment
            .find_metadata(key)
            .map_or_else(|| "nobody".to_owned(), |metadata| metadata.name.to_string())
    }

    pub(super) fn optional<T>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.text(key).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        parse(&text).map(Some).map_err(|(what, cure)| {
            ConfigError::unreadable(setting(key), &text, &self.from(key), &what, cure)
        })
    }

    pub(super) fn required<T>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Result<T, ConfigError> {
        self.optional(key, parse)?.ok_or_else(|| {
            let setting = setting(key);
            ConfigError::unreadable(
                setting,
                "",
                &self.from(key),
                "it is empty",
                "leave it out for its default",
            )
        })
    }
}

fn setting(key: &'static str) -> &'static Setting {
    find(key).expect("every key that is read stands in the table")
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Bool(_, truth) => truth.to_string(),
        Value::Char(_, letter) => letter.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|whole| whole.to_string())
            .or_else(|| number.to_u128_lossy().map(|whole| whole.to_string()))
            .or_else(|| number.to_f64().map(|decimal| decimal.to_string()))
            .unwrap_or_default(),
        Value::Array(_, parts) => parts.iter().map(as_text).collect::<Vec<_>>().join(","),
        Value::Dict(..) | Value::Empty(..) => String::new(),
    }
}

pub(super) fn truth(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(fault("it is neither yes nor no", "use 1 or 0")),
    }
}

fn session_secret(text: &str) -> Result<String, Fault> {
    const LEAST_BYTES: usize = 16;
    if text.len() < LEAST_BYTES {
        return Err(fault(
            "it can be guessed",
            "use at least 16 characters, for example from `openssl rand -hex 32`",
        ));
    }
    Ok(text.to_owned())
}

fn threads(text: &str) -> Result<usize, Fault> {
    let cure = "use a number from 1 to 256";
    match text.parse() {
        Ok(count @ 1..=256) => Ok(count),
        _ => Err(fault("it is no number of threads", cure)),
    }
}

/// What a NATS server takes as a number of replicas.
fn replicas(text: &str) -> Result<usize, Fault> {
    match text.parse() {
        Ok(count @ 1..=5) => Ok(count),
        _ => Err(fault(
            "it is no number of replicas",
            "use a number from 1 to 5, not above the servers of the cluster",
        )),
    }
}

/// `host:port` and `host` are lifted to a URL.
fn server_url(text: &str, scheme: &str, port: u16) -> Result<String, Fault> {
    let cure = "use scheme://host:port or host:port";
    let one = |text: &str| {
        let text = text.trim();
        let has_port = |host: &str| {
            host.rsplit_once(':')
                .is_some_and(|(_, port)| port.parse::<u16>().is_ok())
        };
        let url = match text.split_once("://") {
            Some((found, _)) if found == scheme => text.to_owned(),
            Some((found, _)) => {
                return Err(fault(
                    format!("the scheme {found}:// is none of ours"),
                    cure,
                ));
            }
            None if has_port(text) => format!("{scheme}://{text}"),
            None => format!("{scheme}://{text}:{port}"),
        };
        match url::Url::parse(&url) {
            Ok(parsed) if parsed.host_str().is_some_and(|host| !host.is_empty()) => Ok(url),
            Ok(_) => Err(fault("it names no host", cure)),
            Err(error) => Err(fault(error, cure)),
        }
    };
    text.split(',')
        .map(one)
        .collect::<Result<Vec<_>, _>>()
        .map(|urls| urls.join(","))
}

/// What a NATS server takes as a name.
fn stream_word(text: &str) -> Result<String, Fault> {
    word(text, &[' ', '\t', '.', '*', '>', '/', '\\'])
}

fn word(text: &str, forbidden: &[char]) -> Result<String, Fault> {
    if text.contains(forbidden) {
        return Err(fault(
            "it has a character that NATS takes in no name",
            "use letters, digits, - and _",
        ));
    }
    Ok(text.to_owned())
}
