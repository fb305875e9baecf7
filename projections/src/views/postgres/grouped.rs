//! Many rows a statement: a run of equal inserts is sent as a few with many rows each.
//!
//! A commit writes each row once, so no two rows of a run are in each other's way.

use crate::views::{Statement, Value};

/// How many rows one statement inserts: enough that its own cost does not matter.
const ROWS_AT_ONCE: usize = 50;

/// A statement on its way to the server.
#[derive(Debug, PartialEq)]
pub(super) struct Group<'a> {
    pub(super) sql: &'static str,
    /// How many rows it inserts; 1 is the statement as it was written.
    pub(super) rows: usize,
    pub(super) params: Vec<&'a Value>,
}

impl Group<'_> {
    /// Its text for so many rows.
    pub(super) fn text(&self) -> String {
        if self.rows == 1 {
            self.sql.to_owned()
        } else {
            with_rows(self.sql, self.rows)
        }
    }
}

/// The same changes in the same order, in fewer statements.
pub(super) fn group(statements: &[Statement]) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    for run in statements.chunk_by(|one, next| one.sql == next.sql) {
        let insert = run.len() >= ROWS_AT_ONCE && values_of(run[0].sql).is_some();
        let whole = if insert {
            run.len() / ROWS_AT_ONCE * ROWS_AT_ONCE
        } else {
            0
        };
        let (many, single) = run.split_at(whole);
        let pieces = many.chunks(ROWS_AT_ONCE).chain(single.chunks(1));
        groups.extend(pieces.map(|piece| {
            Group {
                sql: piece[0].sql,
                rows: piece.len(),
                params: piece
                    .iter()
                    .flat_map(|statement| &statement.params)
                    .collect(),
            }
        }));
    }
    groups
}

/// Where the row of an insert stands in its text: `($1, $2, $3)` after `VALUES`, with nothing but
/// parameters in it and none behind it.
fn values_of(sql: &str) -> Option<std::ops::Range<usize>> {
    let start = sql.find("\nVALUES (")? + "\nVALUES ".len();
    let end = start + sql[start..].find(')')? + 1;
    let is_plain = |param: &str| {
        param
            .trim()
            .strip_prefix('$')
            .is_some_and(|number| number.parse::<u16>().is_ok())
    };
    let plain = sql[start + 1..end - 1].split(',').all(is_plain);
    (plain && !sql[end..].contains('$')).then_some(start..end)
}

fn with_rows(sql: &str, rows: usize) -> String {
    let Some(row) = values_of(sql) else {
        return sql.to_owned();
    };
    let width = sql[row.clone()].matches('$').count();
    let one = |first: usize| {
        let params: Vec<String> = (first..first + width)
            .map(|number| format!("${number}"))
            .collect();
        format!("({})", params.join(", "))
    };
    let all: Vec<String> = (0..rows).map(|at| one(at * width + 1)).collect();
    format!("{}{}{}", &sql[..row.start], all.join(", "), &sql[row.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSERT: &str =
        "-- $1 a  $2 b\nINSERT INTO t (a, b)\nVALUES ($1, $2)\nON CONFLICT (a) DO NOTHING";
    const UPDATE: &str = "UPDATE t SET a = $1";

    #[test]
    fn only_plain_inserts_take_many_rows() {
        assert_eq!(
            with_rows(INSERT, 2),
            "-- $1 a  $2 b\nINSERT INTO t (a, b)\nVALUES ($1, $2), ($3, $4)\nON CONFLICT (a) DO NOTHING"
        );
        for sql in [
            UPDATE,
            "INSERT INTO t (a)\nVALUES ($1 + 1)",
            "INSERT INTO t (a)\nVALUES ($1) RETURNING $1",
        ] {
            assert_eq!(with_rows(sql, 2), sql);
        }
    }

    #[test]
    fn runs_become_groups_and_the_order_stays() {
        let insert = |n: i64| Statement::new(INSERT, vec![n.into(), 0.into()]);
        let mut statements: Vec<Statement> = (0..ROWS_AT_ONCE as i64 * 2 + 3).map(insert).collect();
        statements.insert(1, Statement::new(UPDATE, vec![7.into()]));
        let groups = group(&statements);
        let rows: Vec<usize> = groups.iter().map(|group| group.rows).collect();
        assert_eq!(rows, [1, 1, ROWS_AT_ONCE, ROWS_AT_ONCE, 1, 1]);
        let sent: Vec<&Value> = groups
            .iter()
            .flat_map(|group| group.params.clone())
            .collect();
        let asked: Vec<&Value> = statements
            .iter()
            .flat_map(|statement| &statement.params)
            .collect();
        assert_eq!(sent, asked);
    }
}
