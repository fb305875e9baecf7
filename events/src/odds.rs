//! Decimal odds in thousandths: 2.375 is `2375`.

use crate::decimal;

/// Decimal odds in thousandths, above 1.000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Odds(i64);

impl Odds {
    /// The highest odds that are taken: 1,000,000.000.
    pub const MAX_THOUSANDTHS: i64 = 1_000_000_000;

    /// Odds of this many thousandths, for values that come from the log.
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// The odds in thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// Reads the literal text of a JSON number.
    ///
    /// # Errors
    /// [`OddsError`] when it is not above 1, has more than three decimals, or is above a million.
    pub fn parse(literal: &str) -> Result<Self, OddsError> {
        let refuse = || OddsError(literal.chars().take(40).collect());
        let thousandths = decimal::parse_scaled(literal, 3).map_err(|_| refuse())?;
        if (1_001..=Self::MAX_THOUSANDTHS).contains(&thousandths) {
            Ok(Self(thousandths))
        } else {
            Err(refuse())
        }
    }

    /// The odds as a JSON number, at the edge only.
    pub fn to_json_number(self) -> f64 {
        self.0 as f64 / 1_000.0
    }
}

impl std::fmt::Display for Odds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

/// A number that is no decimal odds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("odds {0} must be above 1, at most 1000000, with at most three decimals")]
pub struct OddsError(pub String);
