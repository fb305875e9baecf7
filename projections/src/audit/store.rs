//! How the index is written.

use super::{fold::market_words, segment::Segment};
use crate::views::Statement;

/// Takes `change` into `segment`, and gives the statements for what is other than before.
pub(super) fn statements(
    segment: &mut Segment,
    mut change: Segment,
    generation: i64,
) -> Vec<Statement> {
    let markets = change.take_markets();
    let ranges: Vec<String> = change.ranges().keys().cloned().collect();
    let rows = segment.absorb(change);
    let number = segment.number;
    let mut statements: Vec<Statement> = rows
        .into_iter()
        .map(|row| {
            let params = vec![
                generation.into(),
                row.key.into(),
                number.into(),
                row.body.into(),
            ];
            Statement::new(include_str!("sql/put_index_row.sql"), params)
        })
        .collect();
    let known = segment.ranges();
    statements.extend(ranges.into_iter().filter_map(|of| {
        let (lowest, highest) = *known.get(&of)?;
        let params = vec![
            generation.into(),
            of.into(),
            number.into(),
            lowest.into(),
            highest.into(),
        ];
        Some(Statement::new(include_str!("sql/put_range.sql"), params))
    }));
    statements.extend(markets.into_iter().flat_map(|market| {
        market_words(&market).into_iter().map(move |word| {
            let params = vec![generation.into(), word.into(), market.as_str().into()];
            Statement::new(include_str!("sql/add_market_word.sql"), params)
        })
    }));
    statements
}
