//! How deep a JSON text nests, known before anything reads it.

/// Whether `bytes` nest deeper than `most`. Deep nesting needs as many opening brackets, so most
/// texts are passed by counting alone. Brackets inside strings are no nesting.
pub fn nests_deeper_than(bytes: &[u8], most: usize) -> bool {
    let opens = |byte: &&u8| matches!(byte, b'{' | b'[');
    if bytes.iter().filter(opens).count() <= most {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > most {
            return true;
        }
    }
    false
}
