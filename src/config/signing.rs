//! Signing for the log: with which key, and where heads are kept.

use std::{path::PathBuf, time::Duration};

use super::{
    error::ConfigError,
    read::{Texts, fault},
};

/// What is signed, with what and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signing {
    /// The file of the private key; nothing is signed without.
    pub(crate) key_file: Option<PathBuf>,
    /// The file that a head is added to every so often; none is when nobody asks.
    pub(crate) heads_file: Option<PathBuf>,
    /// How much time lies between two such heads.
    pub(crate) heads_every: Duration,
}

/// Reads what was said about signing.
///
/// # Errors
/// [`ConfigError`] when it cannot be read, or heads are wanted without a key.
pub(super) fn signing(texts: &Texts) -> Result<Signing, ConfigError> {
    let path = |text: &str| Ok(PathBuf::from(text));
    let signing = Signing {
        key_file: texts.optional("signing_key_file", path)?,
        heads_file: texts.optional("heads_file", path)?,
        heads_every: texts.required("heads_every", |text| match text.parse() {
            Ok(seconds @ 1..=31_536_000) => Ok(Duration::from_secs(seconds)),
            _ => Err(fault(
                "it is no number of seconds",
                "use a number from 1 to 31536000",
            )),
        })?,
    };
    if let (Some(heads), None) = (&signing.heads_file, &signing.key_file) {
        return Err(ConfigError(format!(
            "BETSTREAM_HEADS_FILE ({}) needs a key to sign with: make one with `betstream audit key new` and name it in \
             BETSTREAM_SIGNING_KEY_FILE",
            heads.display()
        )));
    }
    Ok(signing)
}
