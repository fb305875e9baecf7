use std::{sync::Arc, time::Instant};
use betstream_events::{clock::*, envelope::*, ids::*, market::*, metadata::*, money::*, selection::*, store::{*, sqlite::SqliteStore}};
fn bet(game: &str, meta: &Arc<str>, v7: bool) -> AppendRequest {
    let id = if v7 { RandomEventIds.next().uuid() } else { #[allow(clippy::disallowed_methods)] uuid::Uuid::new_v4() };
    let b = MarketBet { bet_id: id, game_id: GameId::parse(game).unwrap(), bet_type: "WIN".into(), amount: Money::from_minor(4200, Currency::USD), selection: Some(Selection::parse(Some("WIN"), "3").unwrap()), odds: None, placed_at: "2026-01-02T03:04:05+01:00".into() };
    let e = NewEvent::new(EventId::new(id), MarketEvent::BetRecorded(b), meta.clone(), SystemClock.now());
    AppendRequest { writes: smallvec::smallvec![StreamWrite { stream: StreamName::Market(GameId::parse(game).unwrap()), expected: Expected::Any, events: smallvec::smallvec![e] }], ..Default::default() }
}
#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let chunk: usize = args[1].parse().unwrap();
    let total: usize = args[2].parse().unwrap();
    let v7 = args.get(3).is_none_or(|a| a == "v7");
    let dir = std::path::PathBuf::from("/tmp/bench-store"); let _ = std::fs::remove_dir_all(&dir);
    let store = SqliteStore::open(&dir.join("log.db"), Currency::USD).unwrap();
    let meta: Arc<str> = Metadata::new("bench", Road::Stream).to_json().into();
    let games: Vec<String> = (0..100).map(|i| format!("game_{i}")).collect();
    let mut took = std::time::Duration::ZERO; let mut worst = took; let mut n = 0;
    while n < total {
        let reqs: Vec<_> = (0..chunk).map(|i| bet(&games[(n + i) % 100], &meta, v7)).collect();
        let t = Instant::now();
        let out = store.append(reqs).await.unwrap();
        let d = t.elapsed(); took += d; worst = worst.max(d);
        assert!(out.outcomes.iter().all(|o| matches!(o, AppendOutcome::Appended { .. })));
        n += chunk;
    }
    println!("chunk {chunk} v7 {v7}: {:.0}/s, {:.0} us/chunk, worst {:?}", n as f64 / took.as_secs_f64(), took.as_micros() as f64 / (n / chunk) as f64, worst);
    let t = Instant::now();
    for i in 0..5000 { let s = StreamName::Market(GameId::parse(&games[i % 100]).unwrap()); store.read_stream(&s, Version(1), 1).await.unwrap(); }
    println!("point read {:?}", t.elapsed() / 5000);
    let t = Instant::now(); let mut at = Position::START; let head = store.head().await.unwrap().position;
    while at < head { let e = store.read_after(at, head, 5000, Follow::All).await.unwrap(); at = e.last().unwrap().position; }
    println!("read {:.0}/s", head.0 as f64 / t.elapsed().as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|l| l.starts_with("VmRSS")).unwrap());
}
