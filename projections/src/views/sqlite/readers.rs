//! Read connections, made when they are needed and kept for the next reader.

use std::{path::PathBuf, sync::Arc};

use parking_lot::Mutex;
use rusqlite::{Connection, params_from_iter, types::ValueRef};

use super::{open_reader, unusable};
use crate::views::{Query, Rows, Value, ViewError};

/// How many idle connections are kept: each holds a page cache of up to 2 MB.
const IDLE_KEPT: usize = 8;

/// Read connections; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path: Arc::new(path),
            idle: Arc::default(),
        }
    }

    /// Answers all `queries` from one snapshot, on the calling thread.
    pub(super) fn read(&self, queries: &[Query]) -> Result<Vec<Rows>, ViewError> {
        let kept = self.idle.lock().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => open_reader(&self.path).map_err(|error| unusable(&self.path, &error))?,
        };
        // A connection that failed is not kept.
        let rows = answer(&connection, queries)
            .map_err(|error| ViewError::Unavailable(error.to_string()))?;
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_KEPT {
            idle.push(connection);
        }
        Ok(rows)
    }
}

fn answer(connection: &Connection, queries: &[Query]) -> rusqlite::Result<Vec<Rows>> {
    let [query] = queries else {
        connection.prepare_cached("BEGIN")?.execute([])?;
        let answers = queries
            .iter()
            .map(|query| answer_one(connection, query))
            .collect::<rusqlite::Result<_>>();
        connection.prepare_cached("COMMIT")?.execute([])?;
        return answers;
    };
    Ok(vec![answer_one(connection, query)?])
}

fn answer_one(connection: &Connection, query: &Query) -> rusqlite::Result<Rows> {
    let mut statement = connection.prepare_cached(query.sql)?;
    let width = statement.column_count();
    let mut answer = Rows::with_width(width);
    let mut rows = statement.query(params_from_iter(&query.params))?;
    while let Some(row) = rows.next()? {
        for column in 0..width {
            answer.push(match row.get_ref(column)? {
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Value::Null,
            });
        }
    }
    Ok(answer)
}
