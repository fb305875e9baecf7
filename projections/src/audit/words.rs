//! Words: what a text is searched by.
//!
//! A word is a run of letters, digits and underscores, in lower case. Of a payload the words of its
//! values count, not those of its keys; a value that is a UUID has none, since ids are found as ids.

use std::borrow::Cow;

/// How many characters of a word are kept and looked up.
pub(super) const KEPT_CHARS: usize = 40;

/// Gives `found` each word of `text`.
pub(super) fn of_text(text: &str, found: &mut impl FnMut(&str)) {
    let is_apart = |char: char| !char.is_alphanumeric() && char != '_';
    for word in text.split(is_apart).filter(|word| !word.is_empty()) {
        found(&kept(word));
    }
}

/// Gives `found` each word of the values of `json`, which must be JSON; of anything else, some.
pub(super) fn of_json(json: &str, found: &mut impl FnMut(&str)) {
    let mut rest = json;
    while let Some(quote) = rest.find('"') {
        let (between, from_quote) = rest.split_at(quote);
        of_bare(between, found);
        let length = string_length(from_quote);
        let (quoted, after) = from_quote.split_at(length);
        rest = after;
        if !after.trim_start().starts_with(':') {
            of_string(quoted, found);
        }
    }
    of_bare(rest, found);
}

/// Numbers and the words `true` and `false`, between strings.
fn of_bare(text: &str, found: &mut impl FnMut(&str)) {
    if text.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        of_text(text, &mut |word| {
            if word != "null" {
                found(word);
            }
        });
    }
}

fn of_string(quoted: &str, found: &mut impl FnMut(&str)) {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(quoted);
    if is_uuid(inner) {
        return;
    }
    if inner.contains('\\') {
        let plain: String = serde_json::from_str(quoted).unwrap_or_else(|_| inner.to_owned());
        of_text(&plain, found);
    } else {
        of_text(inner, found);
    }
}

/// The length of the string that `text` begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// A word as it is kept: in lower case, cut to [`KEPT_CHARS`].
fn kept(word: &str) -> Cow<'_, str> {
    if word.len() <= KEPT_CHARS
        && word
            .bytes()
            .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
    {
        return word.into();
    }
    let lower = word.chars().flat_map(char::to_lowercase);
    lower.take(KEPT_CHARS).collect::<String>().into()
}

/// Whether the index keeps `word`: it begins with a letter. Numbers are too many and too alike.
pub(super) fn is_kept(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_alphabetic)
}

/// Words that are looked for: each must be the beginning of a word of what is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoughtText {
    words: Vec<String>,
}

impl SoughtText {
    /// The words of `text`.
    ///
    /// # Errors
    /// [`NoWords`] when there are none to look for.
    pub fn parse(text: &str) -> Result<Self, NoWords> {
        let mut words = Vec::new();
        of_text(text, &mut |word| words.push(word.to_owned()));
        words.sort_unstable();
        words.dedup();
        if words.is_empty() {
            return Err(NoWords(text.to_owned()));
        }
        Ok(Self { words })
    }

    /// The words, in order.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether the payload `json` or `reason` holds them all.
    pub(super) fn is_in(&self, json: &str, reason: Option<&str>) -> bool {
        let mut missing: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let mut meet = |word: &str| missing.retain(|sought| !word.starts_with(sought));
        of_json(json, &mut meet);
        if let Some(reason) = reason {
            of_text(reason, &mut meet);
        }
        missing.is_empty()
    }
}

/// A text without a letter or a digit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} holds no word to look for")]
pub struct NoWords(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(json: &str) -> Vec<String> {
        let mut words = Vec::new();
        of_json(json, &mut |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn the_words_of_values_count_and_those_of_keys_do_not() {
        let json = r#"{"name": "Alpha-Beta 7","meta":{"note":"Z\u00fcrich \"x\"","odds":[2.375,true,null]},
            "bet_id":"0195934e-6d2b-7c31-8c5e-3f6a9d1b2c40","game":"game_12"}"#;
        let words = [
            "alpha", "beta", "7", "zürich", "x", "2", "375", "true", "game_12",
        ];
        assert_eq!(words_of(json), words);
    }

    #[test]
    fn anything_is_read_to_its_end() {
        for text in ["", "\"", "\"\\", "{\"a\":\"", "\"a\\\"", "€\"é", "[1,\"b"] {
            words_of(text);
        }
    }

    #[test]
    fn a_text_is_found_by_the_beginnings_of_its_words() {
        let sought = |text: &str| SoughtText::parse(text).unwrap();
        let json = r#"{"name":"Palpable Error","stake":600}"#;
        for text in ["palp", "ERR palpable", "60", "error, 600!"] {
            assert!(sought(text).is_in(json, None), "{text}");
        }
        for text in ["rror", "name", "palpable errors", "601"] {
            assert!(!sought(text).is_in(json, None), "{text}");
        }
        assert!(sought("phone error").is_in(json, Some("asked by phone")));
        assert_eq!(SoughtText::parse(" -- "), Err(NoWords(" -- ".to_owned())));
    }

    #[test]
    fn long_words_are_cut_alike_on_both_sides() {
        let long = "Ä".repeat(100);
        let json = format!("[\"{long}\"]");
        assert!(SoughtText::parse(&long).unwrap().is_in(&json, None));
        assert_eq!(words_of(&json)[0].chars().count(), KEPT_CHARS);
    }
}
