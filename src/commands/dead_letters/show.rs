//! Dead letters on standard output, for people and for programs.

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use serde_json::Value;

use super::shapes::{Details, Letter, Report};
use crate::{
    cli::Output,
    terminal::{clipped, print_json, printable},
};

/// Longest detail in a table, in characters.
const DETAIL_CHARS: usize = 80;

/// Shows a list.
///
/// # Errors
/// When the server's answer is not understood.
pub(super) fn letters(letters: Vec<Value>, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(&letters);
    }
    let letters: Vec<Letter> = serde_json::from_value(letters.into())?;
    if letters.is_empty() {
        println!("no dead letters");
        return Ok(());
    }
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["ID", "STATE", "RECEIVED", "REASON", "BYTES", "DETAIL"]);
    for letter in letters {
        table.add_row([
            letter.id.to_string(),
            letter.state,
            letter.received_at,
            letter.reason,
            letter.kept_bytes.to_string(),
            clipped(&letter.detail, DETAIL_CHARS),
        ]);
    }
    println!("{table}");
    Ok(())
}

/// Shows one letter with its text and its history.
///
/// # Errors
/// When the server's answer is not understood.
pub(super) fn letter(details: Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(&details);
    }
    let Details {
        letter, history, ..
    } = serde_json::from_value(details)?;
    let kept = if letter.cut {
        format!("{} bytes, cut: it can only be discarded", letter.kept_bytes)
    } else {
        format!("{} bytes", letter.kept_bytes)
    };
    let origin = format!(
        "{}, subject {}, message {}",
        letter.stream, letter.subject, letter.sequence
    );
    println!("dead letter  {}", letter.id);
    println!("state        {}", letter.state);
    println!("received     {}", letter.received_at);
    println!("from         {origin}");
    println!("reason       {}: {}", letter.reason, letter.detail);
    println!("kept         {kept}");
    for event in history {
        let why = event
            .why
            .map(|why| format!(" ({})", printable(&why)))
            .unwrap_or_default();
        let (at, who, words) = (event.at, event.who, event.changed.words());
        println!("{at}  {who}{why}: {words} [{}]", event.log_position);
    }
    println!("\n{}", printable(&letter.text));
    Ok(())
}

/// Writes the letter's bytes as they came.
///
/// # Errors
/// When the server's answer is not understood, or nobody reads them.
pub(super) fn bytes(details: Value) -> anyhow::Result<()> {
    let details: Details = serde_json::from_value(details)?;
    let bytes = BASE64_STANDARD.decode(details.bytes)?;
    Ok(stdout().write_all(&bytes)?)
}

/// Shows what was done; fails when something was not.
///
/// # Errors
/// When it cannot be written as JSON.
pub(super) fn report(report: &Report, output: Output) -> anyhow::Result<ExitCode> {
    match output {
        Output::Json => print_json(report)?,
        Output::Table => {
            for changed in &report.results {
                println!("{:>8}  {}", changed.id, printable(&changed.words()));
            }
            if report.results.is_empty() && report.failures.is_empty() {
                println!("no letter waits for that reason");
            }
        }
    }
    for failure in &report.failures {
        eprintln!("betstream: dead letter {}: {}", failure.id, failure.detail);
    }
    Ok(if report.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
