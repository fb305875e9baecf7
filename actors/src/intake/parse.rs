//! Reading a stream bet from its JSON, exactly: numbers stay the literal texts that were sent.

use std::borrow::Cow;

use betstream_events::{
    clock::Timestamp,
    ids::{AccountId, GameId, MAX_INTEGER_ID},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::depth::nests_deeper_than;
use crate::market::SentBet;

/// Largest message of one bet, in bytes.
pub const MAX_BET_BYTES: usize = 64 * 1024;
/// Deepest nesting of a message's JSON.
const MAX_DEPTH: usize = 32;
/// Longest batch name and bet type, in characters.
const MAX_WORD_CHARS: usize = 200;

/// Why a message could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Unreadable {
    /// A stable word for what is wrong.
    pub reason: &'static str,
    /// The field that is at fault, where one is.
    pub field: Option<&'static str>,
    /// What is wrong, naming the field and the value.
    pub detail: String,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    game_id: Cow<'a, str>,
    #[serde(borrow)]
    bet_type: Cow<'a, str>,
    #[serde(borrow)]
    amount: &'a RawValue,
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(default, borrow)]
    selection: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    odds: Option<&'a RawValue>,
    #[serde(default)]
    account_id: Option<i64>,
    #[serde(default, borrow)]
    batch: Option<Cow<'a, str>>,
}

/// Reads one bet.
///
/// # Errors
/// [`Unreadable`], for everything that is no rule of betting: JSON, types, missing fields, ids,
/// NUL characters, size and depth.
pub fn parse_bet(bytes: &[u8]) -> Result<SentBet, Unreadable> {
    if bytes.len() > MAX_BET_BYTES {
        return Err(unreadable(
            "too_large",
            None,
            format!("{} bytes, at most {MAX_BET_BYTES} are allowed", bytes.len()),
        ));
    }
    if nests_deeper_than(bytes, MAX_DEPTH) {
        let detail = format!("JSON nested deeper than {MAX_DEPTH}");
        return Err(unreadable("too_deep", None, detail));
    }
    let message: Message<'_> = serde_json::from_slice(bytes).map_err(|error| not_a_bet(&error))?;
    let bet_id = Uuid::parse_str(&message.id).map_err(|_| {
        unreadable(
            "bad_id",
            Some("id"),
            format!("id {:?} is no UUID", clip(&message.id)),
        )
    })?;
    let game_id = GameId::parse(&message.game_id)
        .map_err(|error| unreadable("bad_game_id", Some("game_id"), error.to_string()))?;
    let occurred_at = Timestamp::parse_rfc3339(&message.timestamp).map_err(|_| {
        let detail = format!("timestamp {:?} is not RFC 3339", clip(&message.timestamp));
        unreadable("bad_timestamp", Some("timestamp"), detail)
    })?;
    let account_id = message.account_id.map(account_id).transpose()?;
    for (field, text) in [
        ("bet_type", Some(&message.bet_type)),
        ("batch", message.batch.as_ref()),
    ] {
        check_word(field, text.map_or("", |text| text))?;
    }
    if message
        .selection
        .as_ref()
        .is_some_and(|text| text.contains('\0'))
    {
        return Err(unreadable(
            "nul",
            Some("selection"),
            "selection holds a NUL character".to_owned(),
        ));
    }
    Ok(SentBet {
        bet_id,
        game_id,
        bet_type: message.bet_type.into_owned(),
        amount: number("amount", message.amount)?,
        selection: message.selection.map(Cow::into_owned),
        odds: message
            .odds
            .map(|literal| number("odds", literal))
            .transpose()?,
        account_id,
        batch: message.batch.map(Cow::into_owned),
        placed_at: message.timestamp.into_owned(),
        occurred_at,
        sequence: None,
        causes: None,
    })
}

fn unreadable(reason: &'static str, field: Option<&'static str>, detail: String) -> Unreadable {
    Unreadable {
        reason,
        field,
        detail,
    }
}

fn not_a_bet(error: &serde_json::Error) -> Unreadable {
    let detail = error.to_string();
    let reason = match error.classify() {
        serde_json::error::Category::Data if detail.starts_with("missing field") => "missing_field",
        serde_json::error::Category::Data => "wrong_type",
        _ => "not_json",
    };
    let fields = [
        "game_id",
        "bet_type",
        "amount",
        "timestamp",
        "account_id",
        "selection",
        "odds",
        "batch",
        "id",
    ];
    let field = fields
        .into_iter()
        .find(|field| detail.contains(&format!("`{field}`")));
    unreadable(reason, field, detail)
}

/// A JSON number's literal text.
fn number(field: &'static str, literal: &RawValue) -> Result<String, Unreadable> {
    let text = literal.get();
    if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) && text.len() <= 400 {
        return Ok(text.to_owned());
    }
    Err(unreadable(
        "wrong_type",
        Some(field),
        format!("{field} {} is no number", clip(text)),
    ))
}

fn account_id(number: i64) -> Result<AccountId, Unreadable> {
    if (1..=MAX_INTEGER_ID).contains(&number) {
        return Ok(AccountId::new(number));
    }
    Err(unreadable(
        "bad_account_id",
        Some("account_id"),
        format!("account_id {number} is no id"),
    ))
}

fn check_word(field: &'static str, text: &str) -> Result<(), Unreadable> {
    if text.contains('\0') {
        return Err(unreadable(
            "nul",
            Some(field),
            format!("{field} holds a NUL character"),
        ));
    }
    let chars = text.chars().count();
    if chars > MAX_WORD_CHARS {
        let detail =
            format!("{field} has {chars} characters, at most {MAX_WORD_CHARS} are allowed");
        return Err(unreadable("too_long", Some(field), detail));
    }
    Ok(())
}

fn clip(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"id":"00000000-0000-0000-0000-000000000001","game_id":"game_123","bet_type":"moneyline","amount":42,"timestamp":"2026-11-23T14:25:35.123456789+01:00"}"#;

    #[test]
    fn the_reference_message_is_read_exactly() {
        let bet = parse_bet(GOOD.as_bytes()).unwrap();
        assert_eq!(bet.amount, "42");
        assert_eq!(bet.placed_at, "2026-11-23T14:25:35.123456789+01:00");
        assert_eq!(bet.occurred_at.to_rfc3339(), "2026-11-23T13:25:35.123456Z");
        let precise = GOOD.replace("42", "0.1234567890123456789");
        assert_eq!(
            parse_bet(precise.as_bytes()).unwrap().amount,
            "0.1234567890123456789"
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        let with = |from: &str, to: &str| GOOD.replace(from, to).into_bytes();
        let deep = format!("{}{}{}", r#"{"x":"#, "[".repeat(60), "]".repeat(60));
        let table: Vec<(Vec<u8>, &str, Option<&str>)> = vec![
            (b"".to_vec(), "not_json", None),
            (b"{\"id\":".to_vec(), "not_json", None),
            (b"\xff\xfe".to_vec(), "not_json", None),
            (with("42", "NaN"), "not_json", None),
            (with("42", "\"42\""), "wrong_type", Some("amount")),
            (with("42", "null"), "wrong_type", Some("amount")),
            (with("\"moneyline\"", "7"), "wrong_type", None),
            (
                with("\"bet_type\":\"moneyline\",", ""),
                "missing_field",
                Some("bet_type"),
            ),
            (
                with("00000000-0000-0000-0000-000000000001", "nope"),
                "bad_id",
                Some("id"),
            ),
            (with("game_123", ""), "bad_game_id", Some("game_id")),
            (
                with("game_123", &"g".repeat(201)),
                "bad_game_id",
                Some("game_id"),
            ),
            (
                with("game_123", "a\\u0000b"),
                "bad_game_id",
                Some("game_id"),
            ),
            (with("moneyline", "a\\u0000b"), "nul", Some("bet_type")),
            (
                with("2026-11-23T14", "yesterday"),
                "bad_timestamp",
                Some("timestamp"),
            ),
            (
                with("\"amount\"", "\"account_id\":-1,\"amount\""),
                "bad_account_id",
                Some("account_id"),
            ),
            (deep.into_bytes(), "too_deep", None),
            (vec![b' '; MAX_BET_BYTES + 1], "too_large", None),
        ];
        for (bytes, reason, field) in table {
            let found = parse_bet(&bytes).unwrap_err();
            assert_eq!(
                (found.reason, found.field),
                (reason, field),
                "{}",
                found.detail
            );
        }
    }

    #[test]
    fn what_a_rule_must_judge_is_read() {
        for amount in ["-1", "1e400", "0", "0.00001"] {
            assert_eq!(
                parse_bet(GOOD.replace("42", amount).as_bytes())
                    .unwrap()
                    .amount,
                amount
            );
        }
    }
}
