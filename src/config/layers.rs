//! Where settings come from: defaults, then `betstream.toml`, then the environment, then flags;
//! a later layer outranks the ones before it.

use std::path::{Path, PathBuf};

use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};

use super::{
    error::ConfigError,
    table::{Privacy, SETTINGS, Setting, find},
};

/// The file that is read when it is there.
const DEFAULT_FILE: &str = "betstream.toml";

/// What was said outside the settings' defaults.
pub(crate) struct Said<'a> {
    /// Settings given as flags, by key.
    pub(crate) flags: Vec<(&'static str, String)>,
    /// The settings file that was asked for by name; it must exist.
    pub(crate) file: Option<PathBuf>,
    /// The environment.
    pub(crate) environment: &'a dyn Fn(&str) -> Option<String>,
}

/// One source with its values.
struct Layer {
    from: String,
    values: Dict,
}

impl Layer {
    fn one(from: String, key: &str, value: String) -> Self {
        Self {
            from,
            values: Dict::from([(key.to_owned(), Value::from(value))]),
        }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.from.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// Lays all sources over one another.
///
/// # Errors
/// [`ConfigError`] when a file cannot be read, holds an unknown setting, or contradicts a variable.
pub(super) fn lay(said: &Said<'_>) -> Result<Figment, ConfigError> {
    let mut figment = Figment::new();
    for setting in SETTINGS {
        if let Some(default) = setting.default {
            figment = figment.merge(Layer::one(
                "default".to_owned(),
                setting.key,
                default.to_owned(),
            ));
        }
    }
    if let Some(layer) = file_layer(said)? {
        figment = figment.merge(layer);
    }
    for setting in SETTINGS {
        if let Some(layer) = environment_layer(setting, said.environment)? {
            figment = figment.merge(layer);
        }
    }
    for (key, value) in &said.flags {
        let from = format!("flag --{}", key.replace('_', "-"));
        figment = figment.merge(Layer::one(from, key, value.clone()));
    }
    Ok(figment)
}

fn file_layer(said: &Said<'_>) -> Result<Option<Layer>, ConfigError> {
    let asked = said
        .file
        .clone()
        .or_else(|| (said.environment)("BETSTREAM_CONFIG").map(PathBuf::from));
    let path = asked.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
    if asked.is_none() && !path.exists() {
        return Ok(None);
    }
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        ConfigError(format!("the settings file {shown} cannot be read: {error}"))
    })?;
    let values: Dict = Toml::from_str(&text)
        .map_err(|error| ConfigError(format!("the settings file {shown} is no TOML: {error}")))?;
    if let Some(unknown) = values.keys().find(|key| find(key).is_none()) {
        let known = SETTINGS
            .iter()
            .map(|setting| setting.key)
            .collect::<Vec<_>>()
            .join(", ");
        return Err(ConfigError(format!(
            "{shown} has the unknown setting {unknown:?}; there are: {known}"
        )));
    }
    Ok(Some(Layer {
        from: shown.to_string(),
        values,
    }))
}

/// An empty variable counts as unset.
fn environment_layer(
    setting: &Setting,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Layer>, ConfigError> {
    let variable = setting.variable;
    let said = |name: &str| environment(name).filter(|value| !value.is_empty());
    let named = (setting.privacy != Privacy::Open)
        .then(|| said(&format!("{variable}_FILE")))
        .flatten();
    match (said(variable), named) {
        (Some(_), Some(_)) => Err(ConfigError(format!(
            "{variable} and {variable}_FILE are both set and contradict each other; unset one of them"
        ))),
        (Some(value), None) => Ok(Some(Layer::one(
            format!("environment {variable}"),
            setting.key,
            value,
        ))),
        (None, Some(path)) => {
            let value = std::fs::read_to_string(&path).map_err(|error| {
                ConfigError(format!("{variable}_FILE is {path:?}, which cannot be read: {error}; name a readable file"))
            })?;
            let value = value.trim().to_owned();
            Ok(Some(Layer::one(
                format!("environment {variable}_FILE ({path})"),
                setting.key,
                value,
            )))
        }
        (None, None) => Ok(None),
    }
}
