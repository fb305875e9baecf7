//! From a URL to what the driver needs.

use std::{fmt::Display, time::Duration};

use tokio_postgres::Config;

use super::options::PostgresOptions;
use crate::store::{StoreError, url::masked};

/// Every statement of ours goes through an index, and is planned once. Left to itself, the planner
/// takes a young table without statistics for small and sorts the whole rest of it for each page.
pub(super) const BY_INDEX: [(&str, &str); 4] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("jit", "off"),
];

/// Reads `url`, which may name several hosts and `target_session_attrs`; what it leaves open gets
/// our defaults.
///
/// # Errors
/// [`StoreError::Unusable`] when it is no Postgres URL.
pub(super) fn parse(url: &str, options: &PostgresOptions) -> Result<Config, StoreError> {
    let mut config: Config = url.parse().map_err(|error| {
        StoreError::Unusable(format!("{} is no Postgres URL: {error}", masked(url)))
    })?;
    if config.get_application_name().is_none() {
        config.application_name("betstream");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(options.connect_timeout);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(options.append_deadline);
    }
    if config.get_keepalives_interval().is_none() {
        // A peer that vanished without a word is noticed within half a minute.
        config
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(4);
    }
    Ok(config)
}

/// `config` for sessions in which the server refuses every write.
pub(super) fn read_only(config: &Config) -> Config {
    with_settings(config, [("default_transaction_read_only", "on")])
}

/// `config` with session settings, beside those that the URL asks for.
pub(super) fn with_settings<'a>(
    config: &Config,
    settings: impl IntoIterator<Item = (&'a str, impl Display)>,
) -> Config {
    let asked = config.get_options().unwrap_or_default();
    let ours = settings
        .into_iter()
        .map(|(name, value)| format!(" -c {name}={value}"))
        .collect::<String>();
    let mut config = config.clone();
    config.options(format!("{asked}{ours}").trim_start().to_owned());
    config
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::TargetSessionAttrs;

    use super::*;

    #[test]
    fn a_url_may_name_several_hosts_and_the_kind_of_server() {
        let url =
            "postgres://betstream:secret@one:5432,two:5433/log?target_session_attrs=read-write";
        let config = parse(url, &PostgresOptions::default()).unwrap();
        assert_eq!(
            (config.get_hosts().len(), config.get_ports()),
            (2, &[5432, 5433][..])
        );
        assert_eq!(
            config.get_target_session_attrs(),
            TargetSessionAttrs::ReadWrite
        );
        assert_eq!(config.get_application_name(), Some("betstream"));
    }

    #[test]
    fn a_url_that_cannot_be_read_is_named_without_its_password() {
        let url = "postgres://betstream:secret@one:5432,two:port/log?password=secret";
        let refused = parse(url, &PostgresOptions::default())
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("one:5432") && !refused.contains("secret"),
            "{refused}"
        );
    }

    #[test]
    fn our_settings_stand_beside_those_of_the_url() {
        let asked = parse(
            "postgres://one/log?options=-c%20jit%3Don",
            &PostgresOptions::default(),
        );
        let config = with_settings(&asked.unwrap(), [("statement_timeout", 7)]);
        assert_eq!(
            config.get_options(),
            Some("-c jit=on -c statement_timeout=7")
        );
    }
}
