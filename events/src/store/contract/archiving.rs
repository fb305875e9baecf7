//! A log as text, and text as a log.

use std::{io::Cursor, sync::Arc};

use futures::TryStreamExt;

use super::{
    given::{self, record_bet},
    harness::{Database, Harness},
};
use crate::{
    archive::{
        backup::backup,
        line::{Header, Holds},
        read::{Archive, TakenIn},
        selection::Format,
        whole::whole,
    },
    dead_letter::RetryOutcome,
    envelope::Position,
    ids::IdKind,
    store::{AppendRequest, LetterQuery, Order, Span, Tally},
};

/// A log with some of everything, in many blocks.
async fn fill_up(harness: &Harness) {
    let store = &harness.store;
    let letters = vec![given::dead_letter(1), given::dead_letter(2)];
    store.keep_dead_letters(letters).await.unwrap();
    let letter = store.dead_letters(&LetterQuery::newest(1)).await.unwrap()[0].id;
    for number in 1..=20 {
        let bet = AppendRequest {
            tally: Tally::Bet,
            ..record_bet("a", number)
        };
        harness
            .append(vec![bet, record_bet("b", number + 1_000)])
            .await;
    }
    harness
        .append(vec![
            given::keyed(given::open_account(1, "al\"pha\n"), "k", "one"),
            given::create_batch(2, 1, Some("Race, 4")),
            given::retry_letter(
                letter,
                1,
                RetryOutcome::Unreadable {
                    reason: "not_json".to_owned(),
                    detail: "line 1\nline 2".to_owned(),
                },
            ),
        ])
        .await;
    store.reserve_ids(IdKind::Account, 70).await.unwrap();
}

async fn exported(harness: &Harness) -> String {
    let header = Header {
        holds: Holds::Events,
        head: harness.store.head().await.unwrap(),
    };
    let pieces: Vec<_> = whole(&*harness.store, header).try_collect().await.unwrap();
    let bytes = pieces.into_iter().flat_map(|piece| piece.bytes).collect();
    String::from_utf8(bytes).unwrap()
}

async fn backed_up(harness: &Harness) -> String {
    let mut bytes = Vec::new();
    backup::<crate::archive::WriteError>(&*harness.store, |_, piece| {
        bytes.extend(piece.bytes);
        Ok(())
    })
    .await
    .unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Takes `text` in, or says why not.
async fn take_in(database: &Arc<dyn Database>, text: &str) -> Result<TakenIn, String> {
    let archive = Archive::open(Cursor::new(text.as_bytes().to_vec()));
    let archive = archive.map_err(|error| error.to_string())?;
    let target = database.open_to_fill().await.unwrap();
    let taken_in = archive.take_in(target, "import", |_| ()).await;
    taken_in.map_err(|error| error.to_string())
}

/// Everything but the first line, which names the epoch.
fn without_header(text: &str) -> &str {
    text.split_once('\n').unwrap().1
}

pub(crate) async fn an_export_that_is_imported_is_exported_the_same(harness: Harness) {
    fill_up(&harness).await;
    let (text, sealed) = (exported(&harness).await, harness.sealed().await);
    let before = harness.store.identity().await.unwrap();
    harness.store.reset().await.unwrap();
    let database = harness.close();
    let taken_in = take_in(&database, &text).await.unwrap();
    assert_eq!(taken_in.position, Position(43));
    assert_eq!(taken_in.identity.log, before.log);
    assert!(taken_in.identity.epoch > before.epoch + 1);

    let harness = Harness::over(database).await;
    assert_eq!(harness.sealed().await, sealed);
    let again = exported(&harness).await;
    assert_eq!(without_header(&again), without_header(&text));
    let header = text.lines().next().unwrap();
    let epoch = |epoch: i64| format!("\"epoch\":{epoch}");
    assert_eq!(
        again.lines().next().unwrap(),
        header.replace(&epoch(before.epoch), &epoch(taken_in.identity.epoch))
    );
}

pub(crate) async fn a_backup_that_is_restored_has_everything(harness: Harness) {
    fill_up(&harness).await;
    let text = backed_up(&harness).await;
    let store = &harness.store;
    let (claims, counts) = (
        store.claims().await.unwrap(),
        store.outcome_counts().await.unwrap(),
    );
    let letters = store
        .letters_after(crate::ids::DeadLetterId::new(0), 10)
        .await
        .unwrap();
    let (answers, ids) = (
        store.answers_after(("", ""), 10).await.unwrap(),
        store.used_ids().await.unwrap(),
    );
    store.reset().await.unwrap();
    let database = harness.close();
    take_in(&database, &text).await.unwrap();

    let harness = Harness::over(database).await;
    let store = &harness.store;
    assert_eq!(store.claims().await.unwrap(), claims);
    // The bets of the suite say that they came by the command line: no event counts one.
    assert_eq!(
        store.outcome_counts().await.unwrap().dead_letters,
        counts.dead_letters
    );
    let kept = store
        .letters_after(crate::ids::DeadLetterId::new(0), 10)
        .await
        .unwrap();
    assert_eq!(kept, letters);
    assert_eq!(store.answers_after(("", ""), 10).await.unwrap(), answers);
    for ((kind, before), (_, after)) in ids.into_iter().zip(store.used_ids().await.unwrap()) {
        assert!(after >= before, "{kind:?} {before} {after}");
    }
    harness.verify().await.unwrap();
}

type Spoiled = (&'static str, fn(&str) -> String, &'static str);

fn without_line(text: &str, line: usize) -> String {
    let lines = text.split_inclusive('\n').zip(1..);
    lines
        .filter(|(_, number)| *number != line)
        .map(|(text, _)| text)
        .collect()
}

fn cut(text: &str, bytes: usize) -> String {
    text[..text.len() - bytes].to_owned()
}

/// Lines 2 and 3 are the first two events, line 4 is their block.
const SPOILED: &[Spoiled] = &[
    (
        "nothing",
        |_| String::new(),
        "the file is cut short: it is empty",
    ),
    (
        "a missing event",
        |text| without_line(text, 3),
        "line 4: position 2 is due and position 3 stands here: events are missing",
    ),
    (
        "a gap",
        |text| without_line(text, 5),
        "line 5: position 3 is due and position 4 stands here: events are missing",
    ),
    (
        "a missing block",
        |text| without_line(text, 4),
        "the events at positions 1 to 2 are missing",
    ),
    (
        "cut in a line",
        |text| cut(text, 9),
        "the file is cut short: it ends in the middle of line",
    ),
    (
        "cut before a block",
        |text| without_line(text, text.lines().count()),
        "the file is cut short: the block over position 43 is missing",
    ),
    (
        "cut between blocks",
        |text| text.split_inclusive('\n').take(7).collect(),
        "the events end at position 4, 43 were announced",
    ),
    (
        "a changed byte",
        |text| {
            text.replacen(
                "\"schema_version\":1,\"data\":{",
                "\"schema_version\":1,\"data\":{ ",
                2,
            )
        },
        "the event at position 1 was altered",
    ),
    (
        "a shape that nobody wrote",
        |text| text.replacen("\"schema_version\":1", "\"schema_version\":77", 1),
        "the event at position 1 was altered",
    ),
    (
        "a line of something else",
        |text| text.replacen("{\"block\"", "{\"brick\"", 1),
        "line 4: a line that begins with \"brick\" is none of an archive",
    ),
    (
        "no JSON",
        |text| text.replacen("{\"position\":2", "position 2", 1),
        "line 3: this is no line",
    ),
    (
        "a format of the future",
        |text| text.replacen("\"format\":1", "\"format\":2", 1),
        "line 1: format 2 is not known",
    ),
    (
        "a selection",
        |text| without_line(text, 1),
        "line 1: it begins with an event",
    ),
    (
        "no hash",
        |text| text.replacen("\"block_hash\":\"", "\"block_hash\":\"-", 1),
        "line 1: block_hash \"-",
    ),
    (
        "a letter in an export",
        |text| {
            format!(
                "{text}{{\"letter\":{{\"id\":1,\"stream\":\"\",\"sequence\":1,\"subject\":\"\",\"bytes\":\"\",\"reason\":\"\",\"detail\":\"\",\"received_at\":\"2026-01-02T03:04:05Z\"}}}}\n"
            )
        },
        "line 66: no letter line belongs here",
    ),
];

pub(crate) async fn an_export_that_was_spoiled_is_refused_and_leaves_nothing(harness: Harness) {
    fill_up(&harness).await;
    let text = exported(&harness).await;
    harness.store.reset().await.unwrap();
    let mut database = harness.close();
    for (what, spoil, expected) in SPOILED {
        let refused = take_in(&database, &spoil(&text)).await.unwrap_err();
        assert!(refused.starts_with(expected), "{what}: {refused}");
        let harness = Harness::over(database).await;
        assert_eq!(harness.head().await, Position::START, "{what}");
        database = harness.close();
    }
    take_in(&database, &text).await.unwrap();
}

pub(crate) async fn a_backup_that_was_spoiled_is_refused(harness: Harness) {
    fill_up(&harness).await;
    let text = backed_up(&harness).await;
    harness.store.reset().await.unwrap();
    let database = harness.close();
    let last = text.lines().count();
    let spoiled = [
        (
            without_line(&text, last),
            "the file is cut short: its last line is missing, 43 events were read",
        ),
        (without_line(&text, last - 1), "line 68: "),
        (
            text.replacen("\"not_json\"", "\"not_true\"", 1),
            "line 69: the bytes before it",
        ),
        (format!("{text}{text}"), "line 70: it stands behind the end"),
    ];
    for (text, expected) in spoiled {
        let refused = take_in(&database, &text).await.unwrap_err();
        assert!(refused.starts_with(expected), "{refused}");
        let target = database.open_to_fill().await.unwrap();
        assert!(!target.abandon().await.unwrap());
    }
    take_in(&database, &text).await.unwrap();
}

pub(crate) async fn a_selection_is_a_table_too(harness: Harness) {
    fill_up(&harness).await;
    let span = Span {
        after: Position(40),
        up_to: Position(41),
    };
    let rows = harness
        .store
        .rows(span, Order::OldestFirst, 10)
        .await
        .unwrap();
    let table = [Format::Csv.head(), Format::Csv.rows(&rows)].concat();
    let table = String::from_utf8(table).unwrap();
    let (head, row) = table.split_once("\r\n").unwrap();
    assert_eq!(
        head,
        "position,stream,version,event_id,type,schema_version,data,metadata,occurred_at,recorded_at"
    );
    let quoted = rows[0].data.replace('"', "\"\"");
    assert!(
        row.starts_with("41,account-1,1,") && row.ends_with("Z\r\n"),
        "{row}"
    );
    assert!(
        row.contains(&format!(",account.opened,1,\"{quoted}\",")),
        "{row}"
    );
}
