#![allow(missing_docs, clippy::unwrap_used, clippy::disallowed_methods)]
use betstream_events::{clock::Timestamp, envelope::*, ids::*, market::*, metadata::*, money::*, selection::Selection, store::{*, postgres::PostgresStore}};
use smallvec::smallvec;
use std::{sync::Arc, time::Instant};
use uuid::Uuid;

fn bet(n: usize) -> AppendRequest {
    let bet_id = Uuid::new_v4();
    let game = GameId::parse(&format!("game_{}", n % 200)).unwrap();
    let bet = MarketBet { bet_id, game_id: game.clone(), bet_type: "moneyline".into(), amount: Money::from_minor(4200, Currency::USD),
        selection: Some(Selection::parse(Some("WIN"), "3").unwrap()), odds: None, placed_at: "2026-11-23T14:25:35.123456789+01:00".into() };
    let mut m = Metadata::new("stream", Road::Stream);
    m.source = Some(Source { stream: "bets_stream".into(), sequence: n as u64 });
    let event = NewEvent::new(EventId::new(bet_id), MarketEvent::BetRecorded(bet), m.to_json().into(), Timestamp::from_micros(1_767_323_045_678_901));
    AppendRequest { writes: smallvec![StreamWrite { stream: StreamName::Market(game), expected: Expected::Any, events: smallvec![event] }], tally: Tally::Bet, ..Default::default() }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let server = std::env::args().nth(1).unwrap();
    let size: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let chunks: usize = std::env::args().nth(3).unwrap().parse().unwrap();
    let (client, connection) = tokio_postgres::connect(&format!("{server}/postgres"), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("DROP DATABASE IF EXISTS bench WITH (FORCE)").await.unwrap();
    client.batch_execute("CREATE DATABASE bench").await.unwrap();
    client.batch_execute("CHECKPOINT").await.unwrap();
    let store = Arc::new(PostgresStore::connect(&format!("{server}/bench"), Currency::USD).await.unwrap());
    let mut all: Vec<_> = (0..chunks).map(|c| (0..size).map(|i| bet(c * size + i)).collect::<Vec<_>>()).collect();
    println!("data {} metadata {}", all[0][0].writes[0].events[0].data.len(), all[0][0].writes[0].events[0].metadata.len());
    let again: Vec<_> = all.iter().take(10).cloned().collect();
    let began = Instant::now();
    let mut slowest = 0.0_f64;
    for chunk in all.drain(..) {
        let one = Instant::now();
        store.append(chunk).await.unwrap();
        slowest = slowest.max(one.elapsed().as_secs_f64());
    }
    let took = began.elapsed().as_secs_f64();
    println!("append {} rows in {:.2}s: {:.0}/s, {:.2} ms a chunk, slowest {:.1} ms", size * chunks, took, (size * chunks) as f64 / took, took * 1e3 / chunks as f64, slowest * 1e3);
    let began = Instant::now();
    for chunk in again { store.append(chunk).await.unwrap(); }
    let took = began.elapsed().as_secs_f64();
    println!("repeats: {:.0}/s", (size * 10.min(chunks)) as f64 / took);
    let began = Instant::now();
    let mut after = Position::START;
    let mut n = 0;
    loop {
        let events = store.read_after(after, Position(i64::MAX), 4000, Follow::All).await.unwrap();
        let Some(last) = events.last() else { break };
        after = last.position; n += events.len();
    }
    println!("read_after: {:.0}/s", n as f64 / began.elapsed().as_secs_f64());
    let began = Instant::now();
    let (mut after, mut n) = (Position::START, 0);
    loop {
        let rows = store.read_rows(after, 4000).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = last.position; n += rows.len();
    }
    println!("read_rows: {:.0}/s", n as f64 / began.elapsed().as_secs_f64());
    // raw: same rows by COPY between tables' binary file
    client.batch_execute("SELECT 1").await.unwrap();
    let (bench, connection) = tokio_postgres::connect(&format!("{server}/bench"), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    use futures::{SinkExt, StreamExt};
    let out = bench.copy_out("COPY (SELECT * FROM events ORDER BY position) TO STDOUT (FORMAT binary)").await.unwrap();
    let began = Instant::now();
    let rows: Vec<bytes::Bytes> = out.map(|r| r.unwrap()).collect().await;
    println!("ordered COPY out: {:.0}/s", n as f64 / began.elapsed().as_secs_f64());
    bench.batch_execute("CREATE TABLE raw_events (LIKE events INCLUDING INDEXES INCLUDING CONSTRAINTS)").await.unwrap();
    let mut body: Vec<bytes::Bytes> = rows;
    let header = body.remove(0);
    let (header, first) = if header.len() > 19 { (header.slice(..19), Some(header.slice(19..))) } else { (header, None) };
    if let Some(f) = first { body.insert(0, f); }
    body.pop();
    let began = Instant::now();
    for chunk in body.chunks(size) {
        bench.batch_execute("BEGIN").await.unwrap();
        let sink = bench.copy_in::<_, bytes::Bytes>("COPY raw_events FROM STDIN (FORMAT binary)").await.unwrap();
        tokio::pin!(sink);
        let mut buffer = bytes::BytesMut::from(&header[..]);
        for row in chunk { buffer.extend_from_slice(row); }
        buffer.extend_from_slice(&[0xff, 0xff]);
        let whole = buffer.freeze();
        for at in (0..whole.len()).step_by(131072) { sink.feed(whole.slice(at..whole.len().min(at+131072))).await.unwrap(); }
        sink.finish().await.unwrap();
        bench.batch_execute("COMMIT").await.unwrap();
    }
    let took = began.elapsed().as_secs_f64();
    println!("raw COPY: {:.0}/s", (size * chunks) as f64 / took);
}
