//! Reading single values of another system's rows: times and decimals in their various dresses.

use betstream_events::{
    clock::Timestamp,
    decimal::DecimalFault,
    money::{Currency, Money, MoneyError},
};

/// Reads a time: RFC 3339, `2026-11-23 14:25:35[.123]` (taken as UTC), or seconds, milliseconds or
/// microseconds since 1970.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        // Seconds reach 10^11 in the year 5138; milliseconds pass it in 1973.
        let micros = match number.unsigned_abs() {
            0..100_000_000_000 => number.checked_mul(1_000_000)?,
            100_000_000_000..100_000_000_000_000 => number.checked_mul(1_000)?,
            _ => number,
        };
        return Some(Timestamp::from_micros(micros));
    }
    let with_t = text.replacen(' ', "T", 1);
    let candidates = [
        text.to_owned(),
        with_t.clone(),
        format!("{with_t}Z"),
        format!("{with_t}T00:00:00Z"),
    ];
    candidates
        .iter()
        .find_map(|candidate| Timestamp::parse_rfc3339(candidate).ok())
}

/// Reads an amount; with `round`, what is finer than the currency is rounded half to even.
///
/// # Errors
/// [`MoneyError`], as for any amount.
pub(super) fn money(literal: &str, currency: Currency, round: bool) -> Result<Money, MoneyError> {
    match Money::parse(literal, currency) {
        Err(error) if round && error.fault == DecimalFault::TooPrecise => {
            Money::parse(&round_half_even(literal, currency.decimals()), currency)
        }
        read => read,
    }
}

/// The decimal `literal` (without sign, digits with an optional fraction and exponent) rounded to
/// `decimals`; a half goes to the even neighbour.
fn round_half_even(literal: &str, decimals: u32) -> String {
    let (mantissa, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    // How many digits, counted from the left, stay in front of the rounding.
    let kept = whole.len() as i64 + exponent + i64::from(decimals);
    let Ok(kept) = usize::try_from(kept) else {
        return "0".to_owned();
    };
    let (kept_digits, rest) = digits.split_at(kept.min(digits.len()));
    let minor = kept_digits.parse::<i128>().unwrap_or(0);
    let is_odd = minor % 2 == 1;
    let (first, others) = rest.split_at(rest.len().min(1));
    let beyond_half = others.bytes().any(|digit| digit != b'0');
    let up = match first.parse::<u8>().unwrap_or(0) {
        0..=4 => false,
        5 => beyond_half || is_odd,
        _ => true,
    };
    format!("{}e-{decimals}", minor + i128::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_dress() {
        let then = Timestamp::parse_rfc3339("2026-11-23T14:25:35Z").expect("a time");
        for text in [
            "2026-11-23 14:25:35",
            "2026-11-23T14:25:35",
            "2026-11-23T15:25:35+01:00",
            "2026-11-23 14:25:35+00:00",
            "1795443935",
            "1795443935000",
            "1795443935000000",
        ] {
            assert_eq!(time(text), Some(then), "{text}");
        }
        assert_eq!(
            time("2026-11-23"),
            Timestamp::parse_rfc3339("2026-11-23T00:00:00Z").ok()
        );
        assert_eq!(time("yesterday"), None);
    }

    #[test]
    fn a_half_goes_to_the_even_neighbour() {
        let table = [
            ("0.125", 12),
            ("0.135", 14),
            ("0.1250001", 13),
            ("2.675", 268),
            ("0.004", 0),
            ("0.005", 0),
            ("0.015", 2),
            ("9.999", 1000),
            ("1.5e-3", 0),
            ("30.000000000000004", 3000),
        ];
        for (literal, minor) in table {
            let read = money(literal, Currency::USD, true).map(Money::minor);
            assert_eq!(read, Ok(minor), "{literal}");
        }
        let refused = money("0.125", Currency::USD, false).expect_err("finer than a cent");
        assert_eq!(refused.fault, DecimalFault::TooPrecise);
    }
}
