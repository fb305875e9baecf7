//! Why the settings cannot be used: always the setting, its value, and what to do.

use super::table::Setting;

/// The settings cannot be used as they are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConfigError(pub(crate) String);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    /// `setting` has a value that cannot be read.
    pub(crate) fn unreadable(
        setting: &Setting,
        value: &str,
        from: &str,
        fault: &str,
        cure: &str,
    ) -> Self {
        let value = setting.privacy.shown(value);
        Self(format!(
            "{} is {value:?} ({from}): {fault}; {cure}",
            setting.variable
        ))
    }
}
