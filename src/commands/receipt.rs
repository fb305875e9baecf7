//! `betstream receipt`: one event proved to somebody who has nothing but a key.

use std::path::Path;

use anyhow::Context;
use betstream_events::proof::{Proven, Receipt, receipt_under};
use serde_json::{Value, json};

use super::audit::{read_head, read_public};
use crate::{
    cli::{MakeReceiptArgs, Output, ReceiptVerb, VerifyReceiptArgs},
    client::Server,
    config::Settings,
    store,
};

/// Runs the command.
///
/// # Errors
/// When the receipt cannot be made, or does not verify.
pub(crate) async fn run(verb: &ReceiptVerb, settings: &Settings) -> anyhow::Result<()> {
    match verb {
        ReceiptVerb::Make(args) => make(args, settings).await,
        ReceiptVerb::Verify(args) => verify(args),
    }
}

async fn make(args: &MakeReceiptArgs, settings: &Settings) -> anyhow::Result<()> {
    let event = args.event;
    let text = match (&args.head, &args.key) {
        (Some(head), Some(key)) => {
            let (head, key) = (read_head(head)?, read_public(key)?);
            let log = store::open_to_read(settings).await?;
            let row = event.find(&*log).await?;
            let row = row.with_context(|| format!("the log has no event {event}"))?;
            receipt_under(&*log, row, head, &key).await?.to_text()
        }
        _ => {
            let server = Server::of(&args.server, settings)?;
            let path = format!("/api/v1/events/{event}/receipt");
            server.get_text(&path).await?
        }
    };
    match &args.file {
        Some(file) => std::fs::write(file, text)
            .with_context(|| format!("{} cannot be written", file.display())),
        None => {
            print!("{text}");
            Ok(())
        }
    }
}

fn verify(args: &VerifyReceiptArgs) -> anyhow::Result<()> {
    let key = read_public(&args.key)?;
    let proven = check(&args.file, |receipt| Ok(receipt.verify(&key)?))?;
    match args.output {
        Output::Json => println!("{:#}", as_json(&proven)),
        Output::Table => show(&proven),
    }
    Ok(())
}

fn check<T>(file: &Path, check: impl Fn(Receipt) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let shown = file.display();
    let text = std::fs::read(file).with_context(|| format!("{shown} cannot be read"))?;
    let checked = || {
        let text = std::str::from_utf8(&text).context("this is no receipt: it is not UTF-8")?;
        check(Receipt::parse(text)?)
    };
    checked().with_context(|| shown.to_string())
}

fn show(proven: &Proven) {
    let Proven { row, head, .. } = proven;
    println!("proven: the log {} holds this event", head.log);
    println!("  position   {}", row.position);
    println!("  stream     {}, version {}", row.stream, row.version);
    println!("  event      {}", row.event_id);
    println!(
        "  type       {}, version {}",
        row.event_type, row.schema_version
    );
    println!("  occurred   {}", row.occurred_at);
    println!("  recorded   {}", row.recorded_at);
    println!("  data       {}", row.data);
    println!("  metadata   {}", row.metadata);
    println!("  block      {}", proven.block);
    println!(
        "  head       position {} in epoch {}, signed {}",
        head.position, head.epoch, head.at
    );
}

fn as_json(proven: &Proven) -> Value {
    let Proven {
        row, block, head, ..
    } = proven;
    json!({
        "proven": true,
        "log": head.log,
        "event": {
            "position": row.position.0,
            "stream": row.stream,
            "version": row.version.0,
            "event_id": row.event_id.uuid(),
            "type": row.event_type,
            "schema_version": row.schema_version,
            "data": row.data,
            "metadata": row.metadata,
            "occurred_at": row.occurred_at,
            "recorded_at": row.recorded_at,
        },
        "block": { "first": block.first.0, "last": block.last.0 },
        "head": { "position": head.position.0, "epoch": head.epoch, "time": head.at },
    })
}
