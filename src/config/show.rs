//! Showing the settings: each value, masked where it may be secret, and who said it.

use serde::Serialize;

use super::{
    error::ConfigError,
    layers::{Said, lay},
    read::{Settings, Texts},
    table::SETTINGS,
};

/// One setting as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct ShownSetting {
    /// Its name in `betstream.toml`.
    pub(crate) setting: &'static str,
    /// Its value without passwords; none when it is unset.
    pub(crate) value: Option<String>,
    /// Who said it.
    pub(crate) from: String,
    /// Its name in the environment.
    pub(crate) variable: &'static str,
    /// What it decides.
    pub(crate) about: &'static str,
}

/// Every setting with its value and its source.
///
/// # Errors
/// [`ConfigError`] when the settings cannot be used.
pub(crate) fn shown(said: &Said<'_>) -> Result<Vec<ShownSetting>, ConfigError> {
    Settings::read(said)?;
    let texts = Texts {
        figment: lay(said)?,
    };
    let show = |setting: &super::table::Setting| {
        let value = texts.text(setting.key).filter(|value| !value.is_empty());
        let from = if value.is_some() {
            texts.from(setting.key)
        } else {
            "unset".to_owned()
        };
        let value = value.map(|value| setting.privacy.shown(&value));
        ShownSetting {
            setting: setting.key,
            value,
            from,
            variable: setting.variable,
            about: setting.about,
        }
    };
    Ok(SETTINGS.iter().map(show).collect())
}
