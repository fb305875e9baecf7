//! What is written in arrays: blocks, dead letters, answers, claims, counts.

use tokio_postgres::{Client, Error};
use uuid::Uuid;

use super::{execute, query};
use crate::store::{
    DeadLetter, KeptAnswer, OutcomeCounts, StoreError,
    fill::SealedRows,
    postgres::{error::storable, rows::Instant, sql},
};

pub(super) async fn insert_blocks(client: &Client, sealed: &[SealedRows]) -> Result<(), Error> {
    let blocks = || sealed.iter().map(|sealed| &sealed.block);
    let firsts: Vec<_> = blocks().map(|block| block.first.0).collect();
    let lasts: Vec<_> = blocks().map(|block| block.last.0).collect();
    let roots: Vec<_> = blocks().map(|block| block.root.as_slice()).collect();
    let digests: Vec<_> = blocks().map(|block| block.digests.as_slice()).collect();
    let before: Vec<_> = blocks().map(|block| block.previous.as_slice()).collect();
    let hashes: Vec<_> = blocks().map(|block| block.hash.as_slice()).collect();
    client
        .execute(
            sql::INSERT_BLOCKS,
            &[&firsts, &lasts, &roots, &digests, &before, &hashes],
        )
        .await
        .map(|_| ())
}

pub(super) async fn restore_letters(
    client: &Client,
    letters: &[DeadLetter],
) -> Result<(), StoreError> {
    let text = |of: fn(&DeadLetter) -> &str| -> Vec<_> {
        letters.iter().map(|letter| storable(of(letter))).collect()
    };
    let ids: Vec<_> = letters.iter().map(|letter| letter.id.get()).collect();
    let sequences: Vec<_> = letters
        .iter()
        .map(|kept| kept.letter.sequence.cast_signed())
        .collect();
    let bytes: Vec<_> = letters
        .iter()
        .map(|kept| kept.letter.bytes.as_slice())
        .collect();
    let received: Vec<_> = letters
        .iter()
        .map(|kept| Instant(kept.letter.received_at))
        .collect();
    query(
        client,
        sql::RESTORE_DEAD_LETTERS,
        &[
            &ids,
            &text(|kept| &kept.letter.stream),
            &sequences,
            &text(|kept| &kept.letter.subject),
            &bytes,
            &text(|kept| &kept.letter.reason),
            &text(|kept| &kept.letter.detail),
            &received,
        ],
    )
    .await
    .map(|_| ())
}

pub(super) async fn restore_answers(
    client: &Client,
    answers: &[KeptAnswer],
) -> Result<(), StoreError> {
    let keys = || answers.iter().map(|answer| &answer.key);
    let scopes: Vec<_> = keys().map(|key| storable(&key.scope)).collect();
    let names: Vec<_> = keys().map(|key| storable(&key.key)).collect();
    let fingerprints: Vec<_> = keys().map(|key| key.fingerprint.as_slice()).collect();
    let texts: Vec<_> = keys().map(|key| storable(&key.answer)).collect();
    let positions: Vec<_> = answers.iter().map(|answer| answer.position.0).collect();
    let kept_at: Vec<_> = answers
        .iter()
        .map(|answer| Instant(answer.kept_at))
        .collect();
    execute(
        client,
        sql::RESTORE_ANSWERS,
        &[&scopes, &names, &fingerprints, &texts, &positions, &kept_at],
    )
    .await
}

pub(super) async fn take_claims(
    client: &Client,
    claims: &[(String, String)],
) -> Result<(), StoreError> {
    let names: Vec<_> = claims.iter().map(|(claim, _)| storable(claim)).collect();
    let holders: Vec<_> = claims.iter().map(|(_, holder)| holder).collect();
    execute(client, sql::TAKE_CLAIMS, &[&names, &holders]).await
}

pub(super) async fn add_counts(client: &Client, counts: &OutcomeCounts) -> Result<(), StoreError> {
    let OutcomeCounts {
        recorded,
        already_recorded,
        refused,
        dead_letters,
    } = counts;
    execute(
        client,
        sql::ADD_COUNTS,
        &[
            &Uuid::now_v7(),
            recorded,
            already_recorded,
            refused,
            dead_letters,
        ],
    )
    .await
}
