//! Filling Redis with counts that were made from the log, and comparing it with such counts.

use std::{collections::HashMap, sync::LazyLock};

use ::redis::{RedisResult, Script, aio::ConnectionManager, cmd};
use uuid::Uuid;

use super::keys;
use crate::{checkpoint::Checkpoint, odds::fold::OddsChanges};

/// How many counters one script sets: about a millisecond of the server's one thread.
const COUNTERS_AT_ONCE: usize = 1_000;

static REPLACE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("replace.lua")));

/// Sets every counter to `counts` and deletes all others, foreign ones included. Until it is done
/// the checkpoint is a token of ours, so that the counters are known to be incomplete. False when
/// somebody else began to fill them meanwhile.
pub(super) async fn replace_all(
    connection: &mut ConnectionManager,
    counts: OddsChanges,
    at: &Checkpoint,
) -> RedisResult<bool> {
    let total = counts.total();
    let wanted: HashMap<String, i64> = counts
        .games
        .into_iter()
        .map(|(game, updates)| (keys::of_game(game.as_str()), updates))
        .collect();
    // Not a checkpoint that anybody can read, and not one that anybody else can have made.
    let token = format!("filling {}", Uuid::now_v7());
    let () = cmd("SET")
        .arg(keys::CHECKPOINT)
        .arg(&token)
        .query_async(connection)
        .await?;
    let superfluous = counters(connection)
        .await?
        .into_iter()
        .filter(|key| !wanted.contains_key(key));
    let deletions = superfluous.map(|key| (key, String::new()));
    let settings = wanted
        .iter()
        .map(|(key, updates)| (key.clone(), updates.to_string()));
    let last = [(keys::TOTAL.to_owned(), total.to_string())];
    let changes: Vec<(String, String)> = deletions.chain(settings).chain(last).collect();
    for piece in changes.chunks(COUNTERS_AT_ONCE) {
        if !replace_some(connection, &token, piece).await? {
            return Ok(false);
        }
    }
    replace_some(
        connection,
        &token,
        &[(keys::CHECKPOINT.to_owned(), keys::write_checkpoint(at))],
    )
    .await
}

async fn replace_some(
    connection: &mut ConnectionManager,
    token: &str,
    piece: &[(String, String)],
) -> RedisResult<bool> {
    let mut script = REPLACE.key(keys::CHECKPOINT);
    script.arg(token);
    for (key, value) in piece {
        script.arg(key).arg(value);
    }
    let done: i64 = script.invoke_async(connection).await?;
    Ok(done == 1)
}

/// The keys of all counters, ours or not.
async fn counters(connection: &mut ConnectionManager) -> RedisResult<Vec<String>> {
    let mut found = Vec::new();
    let mut cursor = 0_u64;
    loop {
        let mut scan = cmd("SCAN");
        scan.arg(cursor)
            .arg("MATCH")
            .arg(keys::GAME_PATTERN)
            .arg("COUNT")
            .arg(COUNTERS_AT_ONCE);
        let (next, keys): (u64, Vec<String>) = scan.query_async(connection).await?;
        found.extend(keys);
        cursor = next;
        if cursor == 0 {
            // A scan may give a key twice.
            found.sort_unstable();
            found.dedup();
            return Ok(found);
        }
    }
}

/// Every counter with its value as text, the total included.
pub(super) async fn read_all(
    connection: &mut ConnectionManager,
) -> RedisResult<Vec<(String, String)>> {
    let mut keys = counters(connection).await?;
    keys.push(keys::TOTAL.to_owned());
    let mut all = Vec::with_capacity(keys.len());
    for piece in keys.chunks(COUNTERS_AT_ONCE) {
        let values: Vec<Option<String>> = cmd("MGET").arg(piece).query_async(connection).await?;
        all.extend(
            piece
                .iter()
                .cloned()
                .zip(values.into_iter().map(Option::unwrap_or_default)),
        );
    }
    Ok(all)
}
