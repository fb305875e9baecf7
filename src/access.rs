//! Who may ask: everybody, or who has a token.

use std::path::Path;

use anyhow::Context;
use betstream_web::{AccessMode, SessionKey, TokenBook};

use crate::config::Settings;

/// The access that `settings` ask for.
///
/// # Errors
/// When the tokens file cannot be read.
pub(crate) fn mode(settings: &Settings) -> anyhow::Result<AccessMode> {
    let Some(path) = &settings.tokens_file else {
        let loopback_only = settings
            .listen
            .iter()
            .all(|address| address.ip().is_loopback());
        return Ok(AccessMode::Open { loopback_only });
    };
    let book = read_tokens(path)?;
    Ok(AccessMode::Tokens(match &settings.session_secret {
        Some(secret) => book.with_session_key(SessionKey::from_secret(secret)),
        None => book,
    }))
}

fn read_tokens(path: &Path) -> anyhow::Result<TokenBook> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("BETSTREAM_TOKENS_FILE is {shown}, which cannot be read; make it with `betstream token new NAME --file {shown}`")
    })?;
    TokenBook::parse(&text)
        .with_context(|| format!("BETSTREAM_TOKENS_FILE is {shown}, which cannot be used"))
}
