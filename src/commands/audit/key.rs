//! Keys and their files.

use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::Context;
use betstream_events::proof::{PublicKey, SigningKey};

/// Makes a private key in `file`, which must not be there yet, and prints the public one.
///
/// # Errors
/// When the file is there, or cannot be written.
pub(super) fn new(file: &Path) -> anyhow::Result<()> {
    let key = SigningKey::from_seed(&rand::random());
    let shown = file.display();
    // Its owner alone may read it, from the first moment on.
    let opened = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(file);
    opened
        .and_then(|mut opened| {
            writeln!(opened, "{}", key.to_private_text()).and_then(|()| opened.sync_all())
        })
        .with_context(|| format!("the key file {shown} cannot be made"))?;
    eprintln!("The private key is in {shown}; give everybody the public one:");
    println!("{}", key.public());
    Ok(())
}

/// Prints the public key that belongs to the private one in `file`.
///
/// # Errors
/// When there is none.
pub(super) fn show(file: &Path) -> anyhow::Result<()> {
    println!("{}", read_signing(file)?.public());
    Ok(())
}

/// The private key in `file`.
///
/// # Errors
/// When there is none.
pub(crate) fn read_signing(file: &Path) -> anyhow::Result<SigningKey> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the key file {shown} cannot be read"))?;
    text.parse()
        .with_context(|| format!("the key file {shown} cannot be used"))
}

/// The public key that `said` is, or that the file of this name holds.
///
/// # Errors
/// When it is neither.
pub(crate) fn read_public(said: &str) -> anyhow::Result<PublicKey> {
    let file = Path::new(said);
    if !file.exists() {
        return Ok(said.parse()?);
    }
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the key file {said} cannot be read"))?;
    text.parse()
        .with_context(|| format!("the key file {said} cannot be used"))
}
