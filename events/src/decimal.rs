//! Exact decimals: the literal text of a JSON number as a scaled integer.

/// What is wrong with a number that should be an exact decimal, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalFault {
    /// Not the text of a JSON number.
    #[error("is not a number")]
    NotANumber,
    /// Below zero.
    #[error("is negative")]
    Negative,
    /// More decimals than the scale has.
    #[error("has more decimals than are allowed")]
    TooPrecise,
    /// Beyond the range of exact integers.
    #[error("is too large")]
    TooLarge,
}

/// Reads `[-]digits[.digits][e[+-]digits]` into an integer scaled by `10^decimals`, exactly.
pub(crate) fn parse_scaled(literal: &str, decimals: u32) -> Result<i64, DecimalFault> {
    let (negative, rest) = literal
        .strip_prefix('-')
        .map_or((false, literal), |rest| (true, rest));
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], parse_exponent(&rest[at + 1..])?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || mantissa.ends_with('.') {
        return Err(DecimalFault::NotANumber);
    }
    let digits = whole
        .bytes()
        .chain(fraction.bytes())
        .skip_while(|byte| *byte == b'0');
    let digits: smallvec::SmallVec<[u8; 32]> = digits.collect();
    let significant = digits
        .iter()
        .rposition(|byte| *byte != b'0')
        .map_or(0, |at| at + 1);
    if significant == 0 {
        return Ok(0);
    }
    if negative {
        return Err(DecimalFault::Negative);
    }
    // The power of ten by which the significant digits must be multiplied to give minor units.
    let trailing_zeros = (digits.len() - significant) as i64;
    let scale = i64::from(exponent) - fraction.len() as i64 + trailing_zeros + i64::from(decimals);
    if scale < 0 {
        return Err(DecimalFault::TooPrecise);
    }
    if significant as i64 + scale > 16 {
        return Err(DecimalFault::TooLarge);
    }
    let value = digits[..significant]
        .iter()
        .fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Ok(value * 10_i64.pow(scale as u32))
}

fn parse_exponent(text: &str) -> Result<i32, DecimalFault> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DecimalFault::NotANumber);
    }
    // Exponents beyond this are too large or too precise whatever the mantissa says.
    const FAR: i32 = 100_000;
    let size = digits.parse::<i32>().unwrap_or(FAR).min(FAR);
    Ok(if text.starts_with('-') { -size } else { size })
}
