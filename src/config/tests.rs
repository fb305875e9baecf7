//! Settings are read from their layers, and bad ones are refused with the cure.

use std::{collections::HashMap, net::SocketAddr};

use super::{Said, Settings, shown};

fn read(environment: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Settings, String> {
    let environment: HashMap<String, String> = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let flags = flags
        .iter()
        .map(|(key, value)| (*key, (*value).to_owned()))
        .collect();
    let said = Said {
        flags,
        file: None,
        environment: &|name| environment.get(name).cloned(),
    };
    Settings::read(&said).map_err(|error| error.to_string())
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

#[test]
fn without_a_word_the_embedded_store_is_served_on_loopback() {
    let settings = read(&[], &[]).expect("defaults are usable");
    assert_eq!(settings.database.to_string(), "SQLite data/betstream.db");
    assert_eq!(settings.listen, [address("127.0.0.1:3001")]);
    assert_eq!(
        (settings.redis, settings.nats, settings.tokens_file),
        (None, None, None)
    );
    assert_eq!(settings.currency.code(), "USD");
}

#[test]
fn the_port_changes_the_default_address_only() {
    assert_eq!(
        read(&[("PORT", "4000")], &[]).expect("usable").listen,
        [address("127.0.0.1:4000")]
    );
    let named = read(
        &[
            ("PORT", "4000"),
            ("BETSTREAM_LISTEN", "127.0.0.1:5000, [::1]:5000"),
        ],
        &[],
    )
    .expect("usable");
    assert_eq!(
        named.listen,
        [address("127.0.0.1:5000"), address("[::1]:5000")]
    );
}

#[test]
fn flags_outrank_the_environment_and_an_empty_variable_is_unset() {
    let environment = [("DATABASE_URL", "sqlite://a.db"), ("REDIS_URL", "")];
    let settings = read(&environment, &[("database_url", "sqlite://b.db")]).expect("usable");
    assert_eq!(settings.database.to_string(), "SQLite b.db");
    assert_eq!(settings.redis, None);
}

#[test]
fn a_server_may_be_named_by_host_and_port() {
    let environment = [("REDIS_URL", "10.0.0.1:7000"), ("NATS_URL", "nats")];
    let settings = read(&environment, &[]).expect("usable");
    assert_eq!(settings.redis.as_deref(), Some("redis://10.0.0.1:7000"));
    assert_eq!(settings.nats.as_deref(), Some("nats://nats:4222"));
}

#[test]
fn a_secret_may_lie_in_a_file_and_is_masked_when_shown() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "postgres://me:secret@db/bets\n").expect("written");
    let path = file.path().to_string_lossy().into_owned();
    let environment = |name: &str| (name == "DATABASE_URL_FILE").then(|| path.clone());
    let said = Said {
        flags: Vec::new(),
        file: None,
        environment: &environment,
    };
    let shown = shown(&said).expect("usable");
    assert_eq!(shown[0].value.as_deref(), Some("postgres://me:***@db/bets"));
    assert!(
        shown[0].from.contains("DATABASE_URL_FILE"),
        "{}",
        shown[0].from
    );
}

/// Variables, and the words that their refusal says.
type Refused<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

#[test]
fn what_cannot_be_used_is_refused_with_setting_value_and_cure() {
    let table: &[Refused] = &[
        (
            &[("DATABASE_URL", "mysql://x")],
            &["DATABASE_URL", "mysql", "use sqlite://"],
        ),
        (&[("PORT", "99999")], &["PORT", "99999", "0 to 65535"]),
        (
            &[("BETSTREAM_LISTEN", "nowhere")],
            &["BETSTREAM_LISTEN", "nowhere", "address:port"],
        ),
        (
            &[("BETSTREAM_CURRENCY", "usd")],
            &["BETSTREAM_CURRENCY", "usd", "EUR"],
        ),
        (
            &[("REDIS_URL", "http://x:1")],
            &["REDIS_URL", "http", "host:port"],
        ),
        (
            &[("BETSTREAM_ALLOW_OPEN", "maybe")],
            &["BETSTREAM_ALLOW_OPEN", "maybe", "1 or 0"],
        ),
        (
            &[("BETSTREAM_STREAM", "a.b")],
            &["BETSTREAM_STREAM", "a.b", "letters"],
        ),
        (
            &[("BETSTREAM_STREAM_REPLICAS", "6")],
            &["BETSTREAM_STREAM_REPLICAS", "6", "1 to 5"],
        ),
        (
            &[("BETSTREAM_TRUSTED_PROXIES", "10.0.0.0/8,proxy")],
            &[
                "BETSTREAM_TRUSTED_PROXIES",
                "proxy",
                "neither",
                "10.0.0.0/8,127.0.0.1",
            ],
        ),
        (
            &[("BETSTREAM_ROLES", "api,console")],
            &["BETSTREAM_ROLES", "console", "api, ingest and projections"],
        ),
        (
            &[("BETSTREAM_ROLES", "api,api")],
            &["BETSTREAM_ROLES", "twice"],
        ),
        (
            &[("BETSTREAM_ROLES", ",")],
            &["BETSTREAM_ROLES", "names no role", "use all"],
        ),
        (
            &[("BETSTREAM_ADMIN_LISTEN", "0.0.0.0:6060")],
            &[
                "BETSTREAM_ADMIN_LISTEN",
                "0.0.0.0:6060",
                "127.0.0.1",
                "BETSTREAM_ADMIN_ALLOW_OPEN=1",
            ],
        ),
        (
            &[("BETSTREAM_ADMIN_LISTEN", "127.0.0.1:1,127.0.0.1:2")],
            &["BETSTREAM_ADMIN_LISTEN", "several", "use one"],
        ),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318")],
            &["OTEL_EXPORTER_OTLP_ENDPOINT", "without TLS", "http://"],
        ),
        (
            &[("BETSTREAM_TRACES_RATIO", "10")],
            &["BETSTREAM_TRACES_RATIO", "10", "0 (none) to 1 (all)"],
        ),
        (
            &[("DATABASE_URL", "sqlite://a"), ("DATABASE_URL_FILE", "/b")],
            &["DATABASE_URL_FILE", "unset one"],
        ),
        (
            &[
                ("BETSTREAM_ALLOW_OPEN", "1"),
                ("BETSTREAM_TOKENS_FILE", "/t"),
            ],
            &["contradict", "unset one"],
        ),
    ];
    for (environment, words) in table {
        let message = read(environment, &[]).err().expect("refused");
        for word in *words {
            assert!(message.contains(word), "{message} does not say {word:?}");
        }
    }
}

#[test]
fn roles_are_read_and_those_that_have_nothing_to_do_are_refused() {
    const SHARED: (&str, &str) = ("DATABASE_URL", "postgres://me@db/bets");
    const STREAM: (&str, &str) = ("NATS_URL", "nats");
    let checked = |environment: &[(&str, &str)]| {
        let settings = read(environment, &[]).expect("readable");
        let checked = settings.check_roles();
        checked.map(|()| settings.roles.to_string())
    };
    let all = Ok("api,ingest,projections".to_owned());
    assert_eq!(checked(&[]), all);
    assert_eq!(
        checked(&[STREAM, ("BETSTREAM_ROLES", "projections,ingest,api")]),
        all
    );
    let some = checked(&[SHARED, ("BETSTREAM_ROLES", " projections, api")]);
    assert_eq!(some, Ok("api,projections".to_owned()));
    let alone = checked(&[SHARED, STREAM, ("BETSTREAM_ROLES", "ingest")]);
    assert_eq!(alone, Ok("ingest".to_owned()));

    let refused = |environment: &[(&str, &str)], words: &[&str]| {
        let said = checked(environment).expect_err("refused").to_string();
        for word in words {
            assert!(said.contains(word), "{said} does not say {word:?}");
        }
    };
    refused(
        &[STREAM, ("BETSTREAM_ROLES", "api")],
        &[
            "BETSTREAM_ROLES is api",
            "DATABASE_URL is SQLite",
            "postgres://",
        ],
    );
    refused(
        &[SHARED, ("BETSTREAM_ROLES", "api,ingest")],
        &[
            "BETSTREAM_ROLES is api,ingest",
            "NATS_URL",
            "leave ingest out",
        ],
    );
}

#[test]
fn only_loopback_is_served_without_tokens() {
    let exposed =
        |environment: &[(&str, &str)]| read(environment, &[]).expect("readable").check_exposure();
    assert!(exposed(&[("BETSTREAM_LISTEN", "127.0.0.1:1,[::1]:1")]).is_ok());
    let refused = exposed(&[("BETSTREAM_LISTEN", "127.0.0.1:1,0.0.0.0:2")])
        .expect_err("refused")
        .to_string();
    assert!(
        refused.contains("0.0.0.0:2") && refused.contains("--allow-open"),
        "{refused}"
    );
    assert!(
        exposed(&[
            ("BETSTREAM_LISTEN", "0.0.0.0:2"),
            ("BETSTREAM_ALLOW_OPEN", "1")
        ])
        .is_ok()
    );
    assert!(
        exposed(&[
            ("BETSTREAM_LISTEN", "0.0.0.0:2"),
            ("BETSTREAM_TOKENS_FILE", "/t")
        ])
        .is_ok()
    );
}

#[test]
fn a_settings_file_says_what_it_does_not_know() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let read = |text: &str| {
        std::fs::write(file.path(), text).expect("written");
        let said = Said {
            flags: Vec::new(),
            file: Some(file.path().to_owned()),
            environment: &|_| None,
        };
        Settings::read(&said).map_err(|error| error.to_string())
    };
    let settings =
        read("listen = [\"127.0.0.1:1\", \"127.0.0.1:2\"]\nthreads = 3").expect("usable");
    assert_eq!((settings.listen.len(), settings.threads), (2, 3));
    assert!(
        read("databse_url = \"x\"")
            .err()
            .expect("refused")
            .contains("databse_url")
    );
}
