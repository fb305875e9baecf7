//! What a commit writes beside the events: their block, claims, answers, counts, dead letters. Each
//! function sends everything at its first poll, so that joined ones go out in their order.

use futures::try_join;
use tokio_postgres::Error;
use uuid::Uuid;

use super::session::Session;
use crate::{
    chain::Block,
    store::{
        NewDeadLetter, OutcomeCounts,
        plan::Plan,
        postgres::{error::storable, reads::Parameters, rows::Instant},
    },
};

pub(super) async fn insert_block(session: &Session, plan: &Plan) -> Result<(), Error> {
    let Some(Block {
        first,
        last,
        root,
        digests,
        previous,
        hash,
    }) = &plan.block
    else {
        return Ok(());
    };
    let (root, previous, hash) = (root.as_slice(), previous.as_slice(), hash.as_slice());
    let insert = &session.statements.insert_block;
    session
        .client()
        .execute(
            insert,
            &[&first.0, &last.0, &root, digests, &previous, &hash],
        )
        .await
        .map(|_| ())
}

pub(super) async fn change_claims(session: &Session, plan: &Plan) -> Result<(), Error> {
    let (mut taken, mut holders, mut released) = (Vec::new(), Vec::new(), Vec::new());
    for (claim, holder) in &plan.claims {
        let claim = storable(&claim.to_string());
        match holder {
            Some(holder) => {
                taken.push(claim);
                holders.push(holder.to_string());
            }
            None => released.push(claim),
        }
    }
    let (client, statements) = (session.client(), &session.statements);
    let take = async {
        if taken.is_empty() {
            Ok(0)
        } else {
            client
                .execute(&statements.take_claims, &[&taken, &holders])
                .await
        }
    };
    let release = async {
        if released.is_empty() {
            Ok(0)
        } else {
            client
                .execute(&statements.release_claims, &[&released])
                .await
        }
    };
    try_join!(take, release).map(|_| ())
}

pub(super) async fn keep_answers(session: &Session, plan: &Plan) -> Result<(), Error> {
    if plan.answers.is_empty() {
        return Ok(());
    }
    let keys = || plan.answers.iter().map(|(key, _)| key);
    let scopes: Vec<_> = keys().map(|key| storable(&key.scope)).collect();
    let names: Vec<_> = keys().map(|key| storable(&key.key)).collect();
    let fingerprints: Vec<_> = keys().map(|key| key.fingerprint.as_slice()).collect();
    let answers: Vec<_> = keys().map(|key| storable(&key.answer)).collect();
    let positions: Vec<_> = plan
        .answers
        .iter()
        .map(|(_, position)| position.0)
        .collect();
    // Twice what comes: the oldest leave faster than new ones arrive.
    let at_most = 2 * positions.len() as i64;
    let statements = &session.statements;
    let parameters: Parameters<'_> = &[&scopes, &names, &fingerprints, &answers, &positions];
    try_join!(
        async {
            session
                .client()
                .execute(&statements.purge_answers, &[&at_most])
                .await
        },
        session
            .client()
            .execute(&statements.keep_answers, parameters),
    )
    .map(|_| ())
}

/// Writes the counts row: when there is something to count, and for a chunk without events, whose
/// witness it is and whose commit waits for the standby by it.
pub(super) async fn add_counts(session: &Session, plan: &Plan, chunk: Uuid) -> Result<(), Error> {
    if plan.block.is_some() && plan.counts == OutcomeCounts::default() {
        return Ok(());
    }
    count(session, &plan.counts, chunk).await
}

/// Adds `counts` to the running totals, under the name of `chunk`.
pub(super) async fn count(
    session: &Session,
    counts: &OutcomeCounts,
    chunk: Uuid,
) -> Result<(), Error> {
    let OutcomeCounts {
        recorded,
        already_recorded,
        refused,
        dead_letters,
    } = counts;
    let statements = &session.statements;
    let parameters: Parameters<'_> = &[&chunk, recorded, already_recorded, refused, dead_letters];
    try_join!(
        session.client().execute(&statements.add_counts, parameters),
        session.client().execute(&statements.purge_counts, &[]),
    )
    .map(|_| ())
}

/// Opens a transaction and writes letters that are not kept yet; gives how many. In the order of
/// their messages, so that two processes that keep the same ones do not wait for each other.
pub(super) async fn insert_letters(
    session: &Session,
    letters: &[NewDeadLetter],
) -> Result<u64, Error> {
    let mut letters: Vec<&NewDeadLetter> = letters.iter().collect();
    letters.sort_unstable_by_key(|letter| (&letter.stream, letter.sequence));
    let text = |of: fn(&NewDeadLetter) -> &str| {
        letters
            .iter()
            .map(|letter| storable(of(letter)))
            .collect::<Vec<_>>()
    };
    let streams = text(|letter| &letter.stream);
    let sequences: Vec<_> = letters
        .iter()
        .map(|letter| letter.sequence.cast_signed())
        .collect();
    let subjects = text(|letter| &letter.subject);
    let bytes: Vec<_> = letters
        .iter()
        .map(|letter| letter.bytes.as_slice())
        .collect();
    let (reasons, details) = (text(|letter| &letter.reason), text(|letter| &letter.detail));
    let received: Vec<_> = letters
        .iter()
        .map(|letter| Instant(letter.received_at))
        .collect();
    let (client, statements) = (session.client(), &session.statements);
    let parameters: Parameters<'_> = &[
        &streams, &sequences, &subjects, &bytes, &reasons, &details, &received,
    ];
    let (_, kept) = try_join!(
        client.batch_execute("BEGIN"),
        client.execute(&statements.keep_dead_letters, parameters),
    )?;
    Ok(kept)
}

/// Counts `kept` letters and commits, under the lock.
pub(super) async fn count_letters(session: &Session, kept: u64) -> Result<(), Error> {
    let counts = OutcomeCounts {
        dead_letters: kept.cast_signed(),
        ..OutcomeCounts::default()
    };
    try_join!(
        count(session, &counts, Uuid::now_v7()),
        session.client().batch_execute("COMMIT")
    )
    .map(|_| ())
}
