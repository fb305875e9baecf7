//! Heads: made, read from files, and held against the log.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail};
use betstream_events::{
    clock::SystemClock,
    proof::{KeptHead, LogHead, Prover, PublicKey, SignedHead, check_heads},
    store::LogReader,
};
use serde::Serialize;

use super::{read_public, read_signing};
use crate::{
    cli::{CheckHeadsArgs, HeadArgs, Output},
    client::Server,
    config::Settings,
    store,
};

/// A kept head, held against the log.
#[derive(Serialize)]
pub(super) struct Checked {
    /// The file that it is in.
    file: String,
    position: i64,
    epoch: i64,
    time: String,
    holds: bool,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    /// The positions among which the first change lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<[i64; 2]>,
}

impl Checked {
    /// Whether the log is what the head says.
    pub(super) const fn holds(&self) -> bool {
        self.holds
    }
}

/// Prints a head: the running server's, or one that is signed here.
///
/// # Errors
/// When the log or the server does not answer.
pub(super) async fn print(args: &HeadArgs, settings: &Settings) -> anyhow::Result<()> {
    let head = match &args.signing_key {
        Some(file) => {
            let (log, key) = (store::open_to_read(settings).await?, read_signing(file)?);
            let prover = Prover::new(log, key, Arc::new(SystemClock));
            prover.head().await?.to_string()
        }
        None => {
            let server = Server::of(&args.server, settings)?;
            server.get_text("/api/v1/proof/head").await?
        }
    };
    print!("{head}");
    Ok(())
}

/// Checks kept heads: a failure when the log is not what one of them says.
///
/// # Errors
/// When a head cannot be read, is not signed with the key or belongs to another log, or the log
/// does not answer.
pub(super) async fn check(args: &CheckHeadsArgs, settings: &Settings) -> anyhow::Result<ExitCode> {
    let key = read_public(&args.key)?;
    let heads = read_heads(&args.files, &key)?;
    let log = store::open_to_read(settings).await?;
    let checked = hold(&*log, heads).await?;
    match args.output {
        Output::Json => println!("{}", serde_json::to_string_pretty(&checked)?),
        Output::Table => show(&checked),
    }
    Ok(if checked.iter().all(Checked::holds) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The one head in `file`.
///
/// # Errors
/// When it is none, or several.
pub(crate) fn read_head(file: &Path) -> anyhow::Result<SignedHead> {
    let mut heads = parse(file)?;
    match (heads.pop(), heads.len()) {
        (Some(head), 0) => Ok(head),
        (_, others) => bail!("{} holds {} heads: name one", file.display(), others + 1),
    }
}

/// The heads in `files`, each signed with `key`, by position.
pub(super) fn read_heads(
    files: &[PathBuf],
    key: &PublicKey,
) -> anyhow::Result<Vec<(String, LogHead)>> {
    let mut heads = Vec::new();
    for file in files {
        let shown = file.display().to_string();
        for head in parse(file)? {
            let head = head.verify(key).with_context(|| shown.clone())?;
            heads.push((shown.clone(), head));
        }
    }
    heads.sort_by_key(|(_, head)| head.position);
    Ok(heads)
}

fn parse(file: &Path) -> anyhow::Result<Vec<SignedHead>> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{shown} cannot be read"))?;
    SignedHead::parse_all(&text).with_context(|| shown.to_string())
}

/// Holds `heads` against `log`.
pub(super) async fn hold(
    log: &dyn LogReader,
    heads: Vec<(String, LogHead)>,
) -> anyhow::Result<Vec<Checked>> {
    let (files, heads): (Vec<_>, Vec<_>) = heads.into_iter().unzip();
    let epoch = log.identity().await?.epoch;
    let answers = check_heads(log, &heads).await?;
    let checked = files.into_iter().zip(heads).zip(answers);
    Ok(checked
        .map(|((file, head), answer)| tell(file, &head, answer, epoch))
        .collect())
}

fn tell(file: String, head: &LogHead, answer: KeptHead, epoch: i64) -> Checked {
    let since = if head.epoch == epoch {
        String::new()
    } else {
        format!(
            "; it is of epoch {}, and the log, in epoch {epoch}, was reset or restored since",
            head.epoch
        )
    };
    let (fault, changed) = match answer {
        KeptHead::Holds => (None, None),
        KeptHead::Rewritten(places) => (
            Some(format!("the log was rewritten at {places}{since}")),
            Some([places.first.0, places.last.0]),
        ),
        KeptHead::Cut { end } => (
            Some(format!(
                "the log ends at position {end}, the head is of position {}{since}",
                head.position
            )),
            None,
        ),
    };
    Checked {
        file,
        position: head.position.0,
        epoch: head.epoch,
        time: head.at.to_string(),
        holds: fault.is_none(),
        fault,
        changed,
    }
}

/// A line for each head.
pub(super) fn show(checked: &[Checked]) {
    for head in checked {
        let Checked {
            file,
            position,
            time,
            fault,
            ..
        } = head;
        match fault {
            None => println!("position {position} of {time} ({file}): holds"),
            Some(fault) => println!("position {position} of {time} ({file}): {fault}"),
        }
    }
}
