//! From a URL to what the driver needs.

use std::time::Duration;

use tokio_postgres::Config;

use super::options::PostgresOptions;
use crate::store::{StoreError, url::masked};

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
    // A peer that vanished without a word is noticed within half a minute.
    config
        .keepalives_idle(Duration::from_secs(10))
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(4);
    Ok(config)
}

/// `config` with session settings, beside those that the URL asks for.
pub(super) fn with_settings(config: &Config, settings: &[(&str, String)]) -> Config {
    let asked = config.get_options().unwrap_or_default();
    let ours = settings
        .iter()
        .map(|(name, value)| format!(" -c {name}={value}"))
        .collect::<String>();
    let mut config = config.clone();
    config.options(format!("{asked}{ours}").trim_start().to_owned());
    config
}
