//! The bet stream and the counters, as the programs that exist use them.

use std::ops::Range;

use async_nats::jetstream::{
    self, Context,
    consumer::push,
    stream::{Config, DiscardPolicy, RetentionPolicy, StorageType},
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use redis::aio::MultiplexedConnection;
use serde_json::Value;
use uuid::Uuid;

use super::{World, eventually, http::Api, unique, variable};

/// A bet stream and a counter database of one's own.
pub(crate) struct Streams {
    pub(crate) context: Context,
    pub(crate) stream: String,
    pub(crate) subject: String,
    pub(crate) consumer: String,
    nats_url: String,
    redis_url: String,
}

impl Streams {
    /// Names that nobody else uses.
    pub(crate) async fn new() -> Self {
        Self::of(variable("BETSTREAM_TEST_NATS_URL"), redis_url()).await
    }

    /// The same with counters in a Redis of the story's own.
    pub(crate) async fn with_own_redis(port: u16) -> Self {
        let redis = format!("redis://127.0.0.1:{port}");
        Self::of(variable("BETSTREAM_TEST_NATS_URL"), redis).await
    }

    /// The same with a broker of the story's own, which may still be starting.
    pub(crate) async fn with_own_nats(port: u16) -> Self {
        Self::of(format!("nats://127.0.0.1:{port}"), redis_url()).await
    }

    async fn of(nats_url: String, redis_url: String) -> Self {
        let client = eventually("NATS answers", async || {
            async_nats::connect(&nats_url).await.ok()
        })
        .await;
        let name = unique("bets");
        Self {
            context: jetstream::new(client),
            stream: format!("{name}_stream"),
            subject: name.clone(),
            consumer: format!("{name}_consumer"),
            nats_url,
            redis_url,
        }
    }

    /// `world` with these servers.
    pub(crate) fn within(&self, world: World) -> World {
        world
            .with("NATS_URL", &self.nats_url)
            .with("REDIS_URL", &self.redis_url)
            .with("BETSTREAM_STREAM", &self.stream)
            .with("BETSTREAM_SUBJECT", &self.subject)
            .with("BETSTREAM_CONSUMER", &self.consumer)
    }

    /// Makes the stream and the push consumer as the first bet engine makes them.
    pub(crate) async fn make_as_the_reference(&self) {
        let stream = self
            .context
            .create_stream(Config {
                name: self.stream.clone(),
                subjects: vec![self.subject.clone()],
                storage: StorageType::Memory,
                retention: RetentionPolicy::WorkQueue,
                discard: DiscardPolicy::Old,
                max_messages: 1_000_000,
                ..Config::default()
            })
            .await
            .expect("a stream");
        stream
            .create_consumer(push::Config {
                durable_name: Some(self.consumer.clone()),
                deliver_subject: unique("deliver"),
                deliver_group: Some("betting-engine-group".to_owned()),
                filter_subject: self.subject.clone(),
                ..push::Config::default()
            })
            .await
            .expect("a push consumer");
    }

    /// Binds to the push consumer, as a running engine does; it lets go when this is dropped.
    pub(crate) async fn use_push_consumer(&self) -> push::Messages {
        let stream = self
            .context
            .get_stream(&self.stream)
            .await
            .expect("the stream");
        let consumer: jetstream::consumer::PushConsumer = stream
            .get_consumer(&self.consumer)
            .await
            .expect("the push consumer");
        consumer.messages().await.expect("bound")
    }

    /// Makes the stream as we make it, so that bets can wait before a server runs.
    pub(crate) async fn make(&self) {
        let config = Config {
            name: self.stream.clone(),
            subjects: vec![self.subject.clone()],
            retention: RetentionPolicy::WorkQueue,
            discard: DiscardPolicy::New,
            ..Config::default()
        };
        self.context.create_stream(config).await.expect("a stream");
    }

    /// Publishes `messages`, each acknowledged, a bounded number at a time.
    pub(crate) async fn publish<M: Into<Bytes>>(&self, messages: impl IntoIterator<Item = M>) {
        stream::iter(messages)
            .for_each_concurrent(1_000, async |message| {
                let publish = self
                    .context
                    .publish(self.subject.clone(), message.into())
                    .await
                    .expect("published");
                publish.await.expect("acknowledged");
            })
            .await;
    }

    /// How many messages nobody has acknowledged.
    pub(crate) async fn waiting(&self) -> u64 {
        let stream = self.context.get_stream(&self.stream).await;
        stream.expect("the stream").cached_info().state.messages
    }

    /// Connects to the counters.
    pub(crate) async fn redis(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.redis_url.as_str()).expect("a URL");
        client
            .get_multiplexed_async_connection()
            .await
            .expect("Redis answers")
    }

    /// The sum of all `game:*:odds_updates`.
    pub(crate) async fn odds_updates(&self) -> i64 {
        let mut redis = self.redis().await;
        let keys: Vec<String> = redis::cmd("KEYS")
            .arg("game:*:odds_updates")
            .query_async(&mut redis)
            .await
            .expect("keys");
        let mut sum = 0;
        for key in keys {
            sum += redis::cmd("GET")
                .arg(key)
                .query_async::<i64>(&mut redis)
                .await
                .expect("a number");
        }
        sum
    }

    /// Loses every counter.
    pub(crate) async fn flush_redis(&self) {
        let mut redis = self.redis().await;
        redis::cmd("FLUSHDB")
            .query_async::<()>(&mut redis)
            .await
            .expect("flushed");
    }
}

/// A counter database that nobody else uses. The private server has 4,096; tests of one run are
/// numbered, runs do not meet.
fn redis_url() -> String {
    let name = unique("counters");
    let number: u32 = name
        .rsplit('_')
        .next()
        .and_then(|number| number.parse().ok())
        .expect("a number");
    format!(
        "{}/{}",
        variable("BETSTREAM_TEST_REDIS_URL").trim_end_matches('/'),
        100 + number
    )
}

/// Waits until the server has taken and counted `count` bets, none waits, and every view has
/// counted the whole log; gives `/stats`.
pub(crate) async fn counted(api: &Api, count: u32) -> Value {
    eventually(
        &format!("{count} bets are stored, counted and acknowledged"),
        async || {
            let stats = api.get("/stats").await;
            let stats = if stats.status == 200 {
                stats.json()
            } else {
                return None;
            };
            let done = stats["bets_table_row_count"] == count
                && stats["total_odds"] == count
                && stats["pending_bets"] == 0;
            (done && has_no_lag(api).await).then_some(stats)
        },
    )
    .await
}

async fn has_no_lag(api: &Api) -> bool {
    let system = api.get("/api/v1/system").await;
    system.status == 200
        && system.json()["projections"]
            .as_array()
            .is_some_and(|views| views.iter().all(|view| view["lag"] == 0))
}

/// Bets of these numbers, over twenty games.
pub(crate) fn bets(numbers: Range<u32>) -> impl Iterator<Item = String> {
    numbers.map(|number| message(number, &format!("game_{}", number % 20)))
}

/// The id of the bet in [`message`].
pub(crate) fn bet_id(number: u32) -> Uuid {
    Uuid::from_u128(0x7e57_0000_0000_4000_8000_0000_0000_0000 + u128::from(number))
}

/// A message as the existing load simulator sends it.
pub(crate) fn message(number: u32, game: &str) -> String {
    format!(
        r#"{{"id":"{}","game_id":"{game}","bet_type":"moneyline","amount":{},"timestamp":"2026-11-23T14:25:35.{number:09}+01:00"}}"#,
        bet_id(number),
        1 + number % 100,
    )
}
