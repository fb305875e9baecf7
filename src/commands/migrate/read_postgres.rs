//! Reading a stream engine's Postgres table.

use anyhow::{Context, bail};
use betstream_events::{clock::Timestamp, store::url::masked};
use futures::TryStreamExt;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{collections::HashMap, pin::pin};
use tokio_postgres::{Client, Config, NoTls};
use uuid::Uuid;

use super::{
    rows::{SourceRows, StreamBetRow},
    values::time,
};

/// Where a bet's time may stand, in the order in which it is looked for.
const TIMES: [&str; 3] = ["timestamp", "placed_at", "created_at"];

/// Reads every bet; nothing is changed.
///
/// # Errors
/// When the database does not answer, has no such table, or a value cannot be read.
pub(super) async fn read(url: &str) -> anyhow::Result<SourceRows> {
    let mut config: Config = url
        .parse()
        .with_context(|| format!("{} is no Postgres URL", masked(url)))?;
    config
        .options("-c timezone=UTC -c default_transaction_read_only=on")
        .application_name("betstream migrate-from");
    let (client, connection) = config
        .connect(NoTls)
        .await
        .with_context(|| format!("{} cannot be reached", masked(url)))?;
    let driver = tokio::spawn(connection);
    let bets = read_bets(&client, url).await;
    drop(client);
    driver.abort();
    Ok(SourceRows::StreamEngine { bets: bets? })
}

async fn read_bets(client: &Client, url: &str) -> anyhow::Result<Vec<StreamBetRow>> {
    let columns: Vec<String> = client
        .query(include_str!("sql/list_columns.sql"), &[])
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    if columns.is_empty() {
        bail!(
            "{} has no table bets: it is not a stream engine's database",
            masked(url)
        );
    }
    for needed in ["id", "game_id", "bet_type", "amount"] {
        if !columns.iter().any(|column| column == needed) {
            bail!(
                "the table bets of {} has no column {needed}: it is not a stream engine's database",
                masked(url)
            );
        }
    }
    let Some(time_column) = TIMES
        .into_iter()
        .find(|name| columns.iter().any(|column| column == name))
    else {
        bail!(
            "the table bets of {} has none of the columns {}",
            masked(url),
            TIMES.join(", ")
        );
    };
    let parameters: [&str; 0] = [];
    let mut rows = pin!(
        client
            .query_raw(include_str!("sql/read_stream_bets.sql"), parameters)
            .await?
    );
    let mut bets = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let text: String = row.try_get(0)?;
        bets.push(bet(&text, time_column).with_context(|| format!("the row {text}"))?);
    }
    Ok(bets)
}

fn bet(text: &str, time_column: &str) -> anyhow::Result<StreamBetRow> {
    let fields: HashMap<&str, &RawValue> = serde_json::from_str(text)?;
    let field = |name: &str| -> anyhow::Result<String> {
        let raw = fields
            .get(name)
            .with_context(|| format!("{name} is missing"))?
            .get();
        if raw == "null" {
            bail!("{name} is null");
        }
        // Texts lose their quotes; numbers stay the digits that the database printed.
        Ok(if raw.starts_with('"') {
            String::deserialize(&mut serde_json::Deserializer::from_str(raw))?
        } else {
            raw.to_owned()
        })
    };
    let id = field("id")?;
    let placed_at = field(time_column)?;
    Ok(StreamBetRow {
        id: Uuid::parse_str(&id).with_context(|| format!("id {id:?} is no UUID"))?,
        game_id: field("game_id")?,
        bet_type: field("bet_type")?,
        amount: field("amount")?,
        placed_at: read_time(&placed_at)?,
    })
}

fn read_time(text: &str) -> anyhow::Result<Timestamp> {
    time(text).with_context(|| format!("{text:?} is no time"))
}
