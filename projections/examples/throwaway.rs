#![allow(clippy::all, missing_docs, clippy::unwrap_used)]
use std::{sync::Arc, time::Instant};
use betstream_events::{account::*, batch::*, clock::*, envelope::*, event::Event, ids::*, market::*, metadata::*, money::*, selection::*, store::{*, sqlite::SqliteStore, postgres::PostgresStore}, tail::*};
use betstream_projections::*;
use smallvec::smallvec;
fn req(stream: StreamName, id: uuid::Uuid, e: impl Into<Event>, meta: &Arc<str>) -> AppendRequest {
    AppendRequest { writes: smallvec![StreamWrite { stream, expected: Expected::Any, events: smallvec![NewEvent::new(EventId::new(id), e, meta.clone(), SystemClock.now())] }], ..Default::default() }
}
fn market(meta: &Arc<str>, game: &str, sel: Option<&str>) -> AppendRequest {
    let id = RandomEventIds.next().uuid();
    let b = MarketBet { bet_id: id, game_id: GameId::parse(game).unwrap(), bet_type: "WIN".into(), amount: Money::from_minor(4200, Currency::USD), selection: sel.map(|s| Selection::parse(Some("WIN"), s).unwrap()), odds: None, placed_at: "2026-01-02T03:04:05+01:00".into() };
    req(StreamName::Market(GameId::parse(game).unwrap()), id, MarketEvent::BetRecorded(b), meta)
}
fn bet(pid: i64) -> Bet { Bet { pid: BetPid::new(pid), number: pid % 3, selection: Some(Selection::parse(Some("WIN"), "3").unwrap()), stake: Money::from_minor(600, Currency::USD), cost: Money::from_minor(200, Currency::USD), status: BetStatus::Pending, origin: None } }
#[actix_rt::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let total: usize = args[1].parse().unwrap();
    let pg = args.get(2).cloned();
    let dir = std::path::PathBuf::from("/tmp/proj-bench"); let _ = std::fs::remove_dir_all(&dir);
    let store: Arc<dyn EventStore> = match &pg { Some(u) => Arc::new(PostgresStore::connect(u, Currency::USD).await.unwrap()), None => Arc::new(SqliteStore::open(&dir.join("log.db"), Currency::USD).unwrap()) };
    let meta: Arc<str> = Metadata::new("bench", Road::Stream).to_json().into();
    let games: Vec<String> = (0..100).map(|i| format!("game_{i}")).collect();
    let (mut n, mut acc, mut bid, mut pid) = (0, 0i64, 0i64, 0i64);
    while n < total {
        let mut reqs = vec![];
        for i in 0..4000 {
            if i % 20 == 0 {
                if bid % 100 == 0 { acc += 1; reqs.push(req(StreamName::Account(AccountId::new(acc)), RandomEventIds.next().uuid(), AccountEvent::Opened(AccountDetails { account_id: AccountId::new(acc), name: format!("a{acc}"), hostname: "h".into(), opened_at: SystemClock.now() }), &meta)); }
                bid += 1; let bets = (0..3).map(|_| { pid += 1; bet(pid) }).collect();
                let header = BatchHeader { owner: BatchOwner { batch_id: BatchId::new(bid), account_id: AccountId::new(acc) }, name: None, meta: JsonText::from_valid(r#"{"bet_type":"WIN","race_id":4}"#), created_at: SystemClock.now() };
                reqs.push(req(StreamName::Batch(BatchId::new(bid)), RandomEventIds.next().uuid(), BatchEvent::Created { header, bets }, &meta));
            } else { reqs.push(market(&meta, &games[(n + i) % 100], if i % 2 == 0 { Some("3") } else { None })); }
        }
        // an account of five batches
        n += reqs.len();
        store.append(reqs).await.unwrap();
    }
    acc += 1;
    let mut reqs = vec![req(StreamName::Account(AccountId::new(acc)), RandomEventIds.next().uuid(), AccountEvent::Opened(AccountDetails { account_id: AccountId::new(acc), name: format!("a{acc}"), hostname: "h".into(), opened_at: SystemClock.now() }), &meta)];
    for _ in 0..5 { bid += 1; let bets = (0..3).map(|_| { pid += 1; bet(pid) }).collect();
        let header = BatchHeader { owner: BatchOwner { batch_id: BatchId::new(bid), account_id: AccountId::new(acc) }, name: None, meta: JsonText::from_valid(r#"{"bet_type":"WIN","race_id":4}"#), created_at: SystemClock.now() };
        reqs.push(req(StreamName::Batch(BatchId::new(bid)), RandomEventIds.next().uuid(), BatchEvent::Created { header, bets }, &meta)); }
    store.append(reqs).await.unwrap();
    let head = store.head().await.unwrap().position;
    println!("events {head}, bets in store {pid}");
    let log: Arc<dyn FollowLog> = store.clone();
    let views = match &pg { Some(u) => ViewUrl::Postgres(u.clone()), None => ViewUrl::Sqlite(dir.join("log.views.db")) };
    let tail = LogTail::default();
    let p = Projections::start(ProjectionDeps { log, tail: tail.clone(), views, odds: args.get(3).cloned(), clock: Arc::new(SystemClock), currency: Currency::USD, tote: Default::default() }).await.unwrap();
    let t = Instant::now();
    assert!(p.wait_until(head, std::time::Duration::from_secs(300)).await);
    println!("first catch-up of all: {:.0}/s", head.0 as f64 / t.elapsed().as_secs_f64());
    for name in ["all", "all", "desk", "markets", "odds", "stats"] {
        let t = Instant::now();
        p.rebuild(name.parse().unwrap(), |_| {}).await.unwrap();
        println!("rebuild {name}: {:.0}/s", head.0 as f64 / t.elapsed().as_secs_f64());
    }
    let account = AccountId::new(acc);
    for _ in 0..2 { let t = Instant::now(); let k = if pg.is_some() { 2000 } else { 100_000 };
    for _ in 0..k { let a = p.desk().batches(account, Default::default(), PageRequest { limit: Some(100), after: None }).await.unwrap(); assert_eq!(a.value.unwrap().items.len(), 5); }
    println!("five batches, 15 bets: {:.0}/s", k as f64 / t.elapsed().as_secs_f64()); }
    let t = Instant::now(); let k = 2000;
    for _ in 0..k { let a = p.desk().batches(account, Default::default(), PageRequest::default()).await.unwrap(); assert_eq!(a.value.unwrap().items.len(), 5); }
    println!("five batches, no limit: {:.0}/s", k as f64 / t.elapsed().as_secs_f64());
    let t = Instant::now(); for _ in 0..k { p.desk().accounts(PageRequest { limit: Some(5), after: None }).await.unwrap(); }
    println!("accounts 5: {:.0}/s", k as f64 / t.elapsed().as_secs_f64());
    // live: PATCH-like commits
    let t = Instant::now(); let k = 3000;
    for i in 0..k { let ev = BatchEvent::BetStatusChanged { owner: BatchOwner { batch_id: BatchId::new(bid), account_id: account }, bet: Bet { status: if i % 2 == 0 { BetStatus::Failed } else { BetStatus::Pending }, ..bet(pid) }, from: BetStatus::Pending };
      let out = store.append(vec![req(StreamName::Batch(BatchId::new(bid)), RandomEventIds.next().uuid(), ev, &meta)]).await.unwrap();
      let c = out.committed.unwrap(); let last = c.last(); tail.publish(TailSignal::Committed(c));
      assert!(p.progress(ProjectionName::Desk).wait_until(last, std::time::Duration::from_secs(5)).await); }
    println!("append and see it, one at a time: {:.0} us", t.elapsed().as_micros() as f64 / k as f64);
    p.stop().await;
}
