//! `betstream token new`: a token is shown once, its hash is kept.

use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Context, bail};
use betstream_web::{NewToken, TokenBook};

use crate::config::Settings;

/// Makes a token for `name` and adds its line to `file`, or to the configured tokens file.
///
/// # Errors
/// When no file is named, the name is taken or cannot be used, or the file cannot be written.
pub(crate) fn new(name: &str, file: Option<&Path>, settings: &Settings) -> anyhow::Result<()> {
    let Some(path) = file.or(settings.tokens_file.as_deref()) else {
        bail!("there is no tokens file: set BETSTREAM_TOKENS_FILE, or name one with --file");
    };
    let shown = path.display();
    let before = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(error).with_context(|| format!("the tokens file {shown} cannot be read"));
        }
    };
    let new = NewToken::make(name)?;
    let separator = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let line = format!("{separator}{}\n", new.line);
    TokenBook::parse(&format!("{before}{line}"))
        .with_context(|| format!("the tokens file {shown} would not be usable"))?;
    // Its owner alone may read it: who has the hashes can try tokens against them.
    let opened = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path);
    opened
        .and_then(|mut file| {
            file.write_all(line.as_bytes())
                .and_then(|()| file.sync_all())
        })
        .with_context(|| format!("the tokens file {shown} cannot be written"))?;
    eprintln!(
        "A token for {name}, shown this once; its hash is in {shown}, which a server reads at its start:"
    );
    println!("{}", new.token);
    Ok(())
}
