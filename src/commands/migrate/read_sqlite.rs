//! Reading a control plane's SQLite file.

use std::{collections::HashMap, path::Path};

use anyhow::{Context, bail};
use betstream_events::clock::Timestamp;
use rusqlite::{Connection, OpenFlags, Row, types::ValueRef};

use super::{
    rows::{AccountRow, BatchRow, BetRow, SourceRows},
    values::time,
};

/// Reads everything, in one snapshot; the file is not changed.
///
/// # Errors
/// When the file is no control plane's database, or a value cannot be read.
pub(super) fn read(path: &Path) -> anyhow::Result<SourceRows> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)
        .with_context(|| format!("{} cannot be opened", path.display()))?;
    let snapshot = connection
        .transaction()
        .with_context(|| format!("{} cannot be read", path.display()))?;
    check_tables(&snapshot, path)?;
    let accounts = each(&snapshot, include_str!("sql/read_accounts.sql"), account)?;
    let batches = each(&snapshot, include_str!("sql/read_batches.sql"), batch)?;
    let bets = each(&snapshot, include_str!("sql/read_bets.sql"), bet)?;
    let batches = with_bets(batches, bets)?;
    Ok(SourceRows::ControlPlane { accounts, batches })
}

fn check_tables(connection: &Connection, path: &Path) -> anyhow::Result<()> {
    let tables = each(connection, include_str!("sql/list_tables.sql"), |fields| {
        fields.text("name")
    })
    .with_context(|| format!("{} is no SQLite database", path.display()))?;
    let has = |name: &str| tables.iter().any(|table| table == name);
    if has("events") && has("blocks") {
        bail!(
            "{} is a BetStream store itself, there is nothing to migrate",
            path.display()
        );
    }
    for table in ["accounts", "batches", "bets"] {
        if !has(table) {
            bail!(
                "{} has no table {table}: it is not a control plane's database",
                path.display()
            );
        }
    }
    Ok(())
}

fn each<T>(
    connection: &Connection,
    sql: &str,
    read: impl Fn(&Fields<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<Vec<T>> {
    let mut statement = connection.prepare(sql)?;
    let columns: HashMap<String, usize> = statement
        .column_names()
        .enumerate()
        .map(|(at, name)| (name.to_lowercase(), at))
        .collect();
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(&Fields {
            row,
            columns: &columns,
        })?);
    }
    Ok(found)
}

fn account(fields: &Fields<'_>) -> anyhow::Result<AccountRow> {
    let id = fields.integer("id")?;
    let named = || format!("account {id}");
    Ok(AccountRow {
        id,
        name: fields.text("name").with_context(named)?,
        hostname: fields.optional_text("hostname")?.unwrap_or_default(),
        created_at: fields.time("created_at").with_context(named)?,
        updated_at: fields
            .time("updated_at")
            .or_else(|_| fields.time("created_at"))
            .with_context(named)?,
    })
}

fn batch(fields: &Fields<'_>) -> anyhow::Result<BatchRow> {
    let id = fields.integer("id")?;
    let named = || format!("batch {id}");
    Ok(BatchRow {
        id,
        account_id: fields.integer("account_id").with_context(named)?,
        completed: fields.truth("completed").with_context(named)?,
        meta: fields
            .optional_text("meta")?
            .unwrap_or_else(|| "{}".to_owned()),
        created_at: fields.time("created_at").with_context(named)?,
        updated_at: fields
            .time("updated_at")
            .or_else(|_| fields.time("created_at"))
            .with_context(named)?,
        bets: Vec::new(),
    })
}

fn bet(fields: &Fields<'_>) -> anyhow::Result<(i64, BetRow)> {
    let pid = fields.integer("pid")?;
    let named = || format!("bet {pid}");
    let row = BetRow {
        pid,
        number: fields.integer("id").with_context(named)?,
        selection: fields.text("selection").with_context(named)?,
        stake: fields.text("stake").with_context(named)?,
        cost: fields
            .optional_text("cost")?
            .unwrap_or_else(|| "0".to_owned()),
        status: fields.text("status").with_context(named)?,
    };
    Ok((fields.integer("batch_id").with_context(named)?, row))
}

fn with_bets(
    mut batches: Vec<BatchRow>,
    bets: Vec<(i64, BetRow)>,
) -> anyhow::Result<Vec<BatchRow>> {
    let places: HashMap<i64, usize> = batches
        .iter()
        .enumerate()
        .map(|(at, batch)| (batch.id, at))
        .collect();
    for (batch_id, bet) in bets {
        let Some(at) = places.get(&batch_id) else {
            bail!(
                "bet {} belongs to batch {batch_id}, which is not there",
                bet.pid
            );
        };
        batches[*at].bets.push(bet);
    }
    Ok(batches)
}

/// One row, by the names of its columns.
struct Fields<'a> {
    row: &'a Row<'a>,
    columns: &'a HashMap<String, usize>,
}

impl Fields<'_> {
    /// The value as text; a real number in its shortest exact form.
    fn optional_text(&self, column: &str) -> anyhow::Result<Option<String>> {
        let Some(at) = self.columns.get(column) else {
            return Ok(None);
        };
        Ok(match self.row.get_ref(*at)? {
            ValueRef::Null => None,
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number.to_string()),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(
                std::str::from_utf8(bytes)
                    .with_context(|| format!("{column} is no text"))?
                    .to_owned(),
            ),
        })
    }

    fn text(&self, column: &str) -> anyhow::Result<String> {
        self.optional_text(column)?
            .with_context(|| format!("{column} is missing"))
    }

    fn integer(&self, column: &str) -> anyhow::Result<i64> {
        let text = self.text(column)?;
        text.trim()
            .parse()
            .with_context(|| format!("{column} {text:?} is no whole number"))
    }

    fn truth(&self, column: &str) -> anyhow::Result<bool> {
        let text = self.text(column)?;
        match text.to_ascii_lowercase().as_str() {
            "0" | "false" | "f" => Ok(false),
            "1" | "true" | "t" => Ok(true),
            _ => bail!("{column} {text:?} is neither true nor false"),
        }
    }

    fn time(&self, column: &str) -> anyhow::Result<Timestamp> {
        let text = self.text(column)?;
        time(&text).with_context(|| format!("{column} {text:?} is no time"))
    }
}
