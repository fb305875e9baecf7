//! What is written to a terminal.

use serde::Serialize;

/// What strangers sent, without what a terminal would take for an order.
pub(crate) fn printable(text: &str) -> String {
    let shown = |char: char| {
        if char.is_control() && char != '\n' {
            char::REPLACEMENT_CHARACTER
        } else {
            char
        }
    };
    text.chars().map(shown).collect()
}

/// At most so many characters of it, printable.
pub(crate) fn clipped(text: &str, chars: usize) -> String {
    let mut clipped: String = printable(text).chars().take(chars).collect();
    if text.chars().count() > chars {
        clipped.push('…');
    }
    clipped
}

/// Prints `value` as JSON, for programs.
///
/// # Errors
/// The JSON writer's.
pub(crate) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
