//! A JSON number as it was written.

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

/// The literal text of a JSON number, so that money is read exactly.
#[derive(Clone, Copy, Debug)]
pub struct Numeric<'a>(&'a str);

impl<'a> Numeric<'a> {
    /// Longest literal that is taken: past it no number is money.
    const MAX_BYTES: usize = 400;

    /// The text.
    pub const fn literal(self) -> &'a str {
        self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Numeric<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&'de RawValue>::deserialize(deserializer)?.get();
        let begins_as_number =
            text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        if begins_as_number && text.len() <= Self::MAX_BYTES {
            return Ok(Self(text));
        }
        let clipped: String = text.chars().take(40).collect();
        Err(D::Error::custom(format!(
            "invalid value: {clipped}, expected a number"
        )))
    }
}
