//! Money: integer minor units of one ISO 4217 currency.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use crate::decimal::{self, DecimalFault};

/// The largest amount in minor units: 2^53, the limit up to which every JSON reader is exact.
pub const MAX_MINOR: i64 = 1 << 53;

/// An ISO 4217 currency code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

/// Codes without decimals (ISO 4217, exponent 0).
const NO_DECIMALS: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XOF",
];
/// Codes with three decimals (ISO 4217, exponent 3).
const THREE_DECIMALS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

impl Currency {
    /// United States dollar, the default currency of a log.
    pub const USD: Self = Self(*b"USD");

    /// The three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// How many decimals its minor unit stands for.
    pub fn decimals(&self) -> u32 {
        let code = self.code();
        if NO_DECIMALS.contains(&code) {
            0
        } else if THREE_DECIMALS.contains(&code) {
            3
        } else {
            2
        }
    }

    /// Minor units in one unit: 1, 100 or 1,000.
    pub fn minor_per_unit(&self) -> i64 {
        10_i64.pow(self.decimals())
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;
    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(CurrencyError(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text is not three capital letters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no ISO 4217 currency code (three capital letters)")]
pub struct CurrencyError(pub String);

/// An amount that is not negative, in minor units: 12.34 EUR is `1234`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// `minor` units of `currency`, for amounts that come from the log or from arithmetic.
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads the literal text of a JSON number, exactly.
    ///
    /// # Errors
    /// [`MoneyError`] when it is negative, finer than the currency, or above [`MAX_MINOR`].
    pub fn parse(literal: &str, currency: Currency) -> Result<Self, MoneyError> {
        decimal::parse_scaled(literal, currency.decimals())
            .and_then(|minor| {
                if minor > MAX_MINOR {
                    Err(DecimalFault::TooLarge)
                } else {
                    Ok(minor)
                }
            })
            .map(|minor| Self { minor, currency })
            .map_err(|fault| MoneyError {
                literal: clip(literal),
                currency,
                fault,
            })
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether the amount is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_minor(i128::from(self.minor), self.currency, f)
    }
}

/// A JSON number in units of money, at the edge only: `6.0`, `12.34`.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_minor(i128::from(self.minor), self.currency, serializer)
    }
}

/// A sum of amounts in minor units, wide enough for any number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneySum {
    /// Minor units.
    pub minor: i128,
    /// Their currency.
    pub currency: Currency,
}

impl fmt::Display for MoneySum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_minor(self.minor, self.currency, f)
    }
}

/// A JSON number in units of money, at the edge only.
impl Serialize for MoneySum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_minor(self.minor, self.currency, serializer)
    }
}

fn fmt_minor(minor: i128, currency: Currency, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let per_unit = i128::from(currency.minor_per_unit());
    let sign = if minor < 0 { "-" } else { "" };
    let (units, rest) = (minor.abs() / per_unit, minor.abs() % per_unit);
    match currency.decimals() as usize {
        0 => write!(f, "{sign}{units}"),
        width => write!(f, "{sign}{units}.{rest:0width$}"),
    }
}

/// Up to 15 significant digits a double prints exactly what it was read from; longer sums are
/// written as their own digits.
fn serialize_minor<S: Serializer>(
    minor: i128,
    currency: Currency,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    const EXACT_IN_DOUBLE: i128 = 1_000_000_000_000_000;
    if minor.abs() < EXACT_IN_DOUBLE {
        return serializer.serialize_f64(minor as f64 / currency.minor_per_unit() as f64);
    }
    let text = MoneySum { minor, currency }.to_string();
    serde_json::value::RawValue::from_string(text)
        .map_err(serde::ser::Error::custom)?
        .serialize(serializer)
}

/// A number that is no amount of this currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{literal} {fault} ({currency})")]
pub struct MoneyError {
    /// The number as it was written, cut to a readable length.
    pub literal: String,
    /// The currency it was read in.
    pub currency: Currency,
    /// What is wrong with it.
    pub fault: DecimalFault,
}

fn clip(literal: &str) -> String {
    literal.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minor(literal: &str, currency: &str) -> Result<i64, DecimalFault> {
        Money::parse(literal, currency.parse().unwrap())
            .map(Money::minor)
            .map_err(|error| error.fault)
    }

    #[test]
    fn a_number_is_read_from_its_literal_text() {
        let table = [
            ("42", "USD", Ok(4200)),
            ("6.0", "USD", Ok(600)),
            ("12.34", "EUR", Ok(1234)),
            ("1.2340", "KWD", Ok(1234)),
            ("6.00", "JPY", Ok(6)),
            ("1.5e2", "USD", Ok(15000)),
            ("150e-2", "USD", Ok(150)),
            ("-0", "USD", Ok(0)),
            ("0e999999999999", "USD", Ok(0)),
            ("90071992547409.92", "USD", Ok(MAX_MINOR)),
            ("90071992547409.93", "USD", Err(DecimalFault::TooLarge)),
            ("1e400", "USD", Err(DecimalFault::TooLarge)),
            ("1e-400", "USD", Err(DecimalFault::TooPrecise)),
            ("0.001", "USD", Err(DecimalFault::TooPrecise)),
            ("0.5", "JPY", Err(DecimalFault::TooPrecise)),
            ("-1", "USD", Err(DecimalFault::Negative)),
            ("NaN", "USD", Err(DecimalFault::NotANumber)),
            ("1.", "USD", Err(DecimalFault::NotANumber)),
            ("", "USD", Err(DecimalFault::NotANumber)),
        ];
        for (literal, currency, expected) in table {
            assert_eq!(minor(literal, currency), expected, "{literal} {currency}");
        }
    }

    #[test]
    fn money_is_written_as_a_plain_json_number() {
        let json = |minor| serde_json::to_string(&Money::from_minor(minor, Currency::USD)).unwrap();
        assert_eq!(json(600), "6.0");
        assert_eq!(json(1234), "12.34");
        assert_eq!(json(MAX_MINOR), "90071992547409.92");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(amount in 0..=MAX_MINOR) {
            let money = Money::from_minor(amount, Currency::USD);
            prop_assert_eq!(Money::parse(&money.to_string(), Currency::USD), Ok(money));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(Money::parse(&json, Currency::USD), Ok(money));
        }
    }
}
