//! Messages that are no bets, of every kind, among good ones: each has its outcome and its reason,
//! and the sum holds to the message.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{
    Server, World, eventually,
    server::in_order,
    streams::{Streams, bets, counted, message},
};

/// What cannot be read at all, with the reason that it is kept with.
fn unreadable() -> Vec<(Vec<u8>, &'static str)> {
    let good = message(1, "game_1");
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replace(from, to).into_bytes()
    };
    let missing = |field: &str| {
        let mut bet: Value = serde_json::from_str(&good).expect("JSON");
        bet.as_object_mut().expect("an object").remove(field);
        bet.to_string().into_bytes()
    };
    vec![
        (Vec::new(), "not_json"),
        (b"not json".to_vec(), "not_json"),
        (good.as_bytes()[..good.len() / 2].to_vec(), "not_json"),
        (b"\xff\xfe".to_vec(), "not_json"),
        (
            with("moneyline", "X")
                .into_iter()
                .map(|byte| if byte == b'X' { 0xff } else { byte })
                .collect(),
            "not_json",
        ),
        (with("\"amount\":2", "\"amount\":NaN"), "not_json"),
        (with("moneyline", "\0"), "not_json"),
        (with("moneyline", "\\u0000"), "nul"),
        (with("\"amount\":2", "\"amount\":\"2\""), "wrong_type"),
        (with("\"amount\":2", "\"amount\":[2]"), "wrong_type"),
        (with("\"game_1\"", "1"), "wrong_type"),
        (b"[]".to_vec(), "wrong_type"),
        (missing("id"), "missing_field"),
        (missing("amount"), "missing_field"),
        (missing("timestamp"), "missing_field"),
        (with("7e570000", "no-uuid-"), "bad_id"),
        (with("game_1", ""), "bad_game_id"),
        (with("2026-11-23T", "yesterday "), "bad_timestamp"),
        ("[".repeat(10_000).into_bytes(), "too_deep"),
        // As large as the broker takes it.
        (vec![b' '; 1_000_000], "too_large"),
    ]
}

/// What can be read and is against a rule, with the code of its refusal.
fn refused(number: u32) -> Vec<(String, &'static str)> {
    let amounts = [
        ("-5", "stake_not_positive"),
        ("0", "stake_not_positive"),
        ("1e400", "amount_invalid"),
        ("0.125", "amount_invalid"),
    ];
    let with = |index: u32, amount: &str| {
        let good = message(number + index, "game_1");
        let stated = format!("\"amount\":{}", 1 + (number + index) % 100);
        good.replace(&stated, &format!("\"amount\":{amount}"))
    };
    (0..)
        .zip(amounts)
        .map(|(index, (amount, code))| (with(index, amount), code))
        .collect()
}

#[tokio::test]
async fn every_kind_of_poison_is_kept_or_refused_with_its_reason_to_the_message() {
    const GOOD: u32 = 5_000;
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    let server = Server::start(&world).await;
    let (unreadable, refused) = (unreadable(), refused(1_000_000));
    let poison: Vec<Vec<u8>> = unreadable
        .iter()
        .map(|(bytes, _)| bytes.clone())
        .chain(refused.iter().map(|(text, _)| text.clone().into_bytes()))
        .collect();
    // One in a hundred, each kind in its turn and about twice.
    let mut poison_in_turn = poison.iter().cycle();
    let mut messages = Vec::new();
    let mut sent: BTreeMap<&[u8], u32> = BTreeMap::new();
    for (number, bet) in (0..GOOD).zip(bets(0..GOOD)) {
        if number % 100 == 50 {
            let kind = poison_in_turn.next().expect("a circle");
            *sent.entry(kind).or_default() += 1;
            messages.push(kind.clone());
        }
        messages.push(bet.clone().into_bytes());
        if number % 500 == 0 {
            messages.push(bet.into_bytes());
        }
    }
    let received = messages.len();
    streams.publish(messages).await;

    counted(&server.api, GOOD).await;
    let outcomes = eventually("every message is settled", async || {
        let outcomes = server.api.get("/api/v1/outcomes").await.expect(200);
        (outcomes["received"] == received).then_some(outcomes)
    })
    .await;
    let count_of = |bytes: &[u8]| sent.get(bytes).copied().unwrap_or_default();
    let dead: u32 = unreadable.iter().map(|(bytes, _)| count_of(bytes)).sum();
    let against_a_rule: u32 = refused
        .iter()
        .map(|(text, _)| count_of(text.as_bytes()))
        .sum();
    assert_eq!(dead + against_a_rule, GOOD / 100);
    // A refusal that comes again is in the log already, as a bet is.
    let refused_before = against_a_rule - u32::try_from(refused.len()).expect("few");
    for (outcome, count) in [
        ("recorded", GOOD),
        ("already_recorded", GOOD / 500 + refused_before),
        ("refused", against_a_rule - refused_before),
        ("dead_letters", dead),
    ] {
        assert_eq!(outcomes[outcome], count, "{outcome} of {outcomes}");
    }

    let letters = server.api.get("/api/v1/dead-letters?limit=500").await;
    let letters = letters.expect(200).as_array().expect("a list").clone();
    for (bytes, reason) in &unreadable {
        let text: String = String::from_utf8_lossy(bytes).chars().take(2_000).collect();
        let kept = letters
            .iter()
            .filter(|letter| letter["text"] == text && letter["reason"] == *reason)
            .filter(|letter| {
                letter["detail"]
                    .as_str()
                    .is_some_and(|detail| !detail.is_empty())
            })
            .filter(|letter| letter["kept_bytes"] == bytes.len() && letter["cut"] == false)
            .count();
        assert_eq!(kept, count_of(bytes) as usize, "{reason}: {text:.60}");
    }
    // What no text can show is there to the byte.
    let no_text = letters
        .iter()
        .find(|letter| letter["text"] == "\u{fffd}\u{fffd}");
    let path = format!(
        "/api/v1/dead-letters/{}",
        no_text.expect("it is kept")["id"]
    );
    let bytes = server.api.get(&path).await.expect(200)["bytes"].clone();
    assert_eq!(bytes, "//4=", "ff fe");

    let failures = server.api.get("/api/v1/failures").await.expect(200);
    let failures = failures.as_array().expect("a list").clone();
    for (text, code) in &refused {
        let told = failures.iter().any(|group| group["cause"] == *code);
        assert!(told, "{code} for {text}: {failures:?}");
    }
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
