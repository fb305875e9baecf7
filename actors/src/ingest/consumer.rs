//! Making the stream and our consumer ready.

use std::{collections::HashMap, time::Duration};

use async_nats::{
    datetime::DateTime,
    jetstream::{
        self, ErrorCode,
        consumer::{AckPolicy, Consumer, DeliverPolicy, pull},
        context::{
            ConsumerInfoErrorKind, CreateStreamError, CreateStreamErrorKind, GetStreamErrorKind,
        },
        stream::{Config, DiscardPolicy, RetentionPolicy, State, StorageType, Stream},
    },
};
use betstream_events::clock::Timestamp;

/// Most messages that may be in hand in all processes together: several groups in each.
pub(super) const MAX_ACK_PENDING: i64 = 32_768;
/// After how long the broker sends a message again that nobody spoke for.
pub(super) const ACK_WAIT: Duration = Duration::from_secs(10);
/// Where the consumer remembers how many messages had left the stream before it was made.
const LEFT_BEFORE: &str = "betstream_left_before";

/// What the stream, its subject and our consumer are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamNames {
    /// The stream.
    pub stream: String,
    /// The subject on which bets are published.
    pub subject: String,
    /// Our consumer.
    pub consumer: String,
}

impl Default for StreamNames {
    /// The names that the publishers of bets know.
    fn default() -> Self {
        Self {
            stream: "bets_stream".to_owned(),
            subject: "bets".to_owned(),
            consumer: "bets_consumer".to_owned(),
        }
    }
}

/// The stream and the consumer, ready.
pub struct Prepared {
    pub(super) consumer: Consumer<pull::Config>,
    /// Whether there was no such stream, and it was made now.
    pub(super) was_missing: bool,
}

/// Why the stream cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum ConsumerError {
    /// A push consumer of our name has a subscriber.
    #[error(
        "consumer {consumer:?} of stream {stream:?} is a push consumer in use by another program: \
         stop that program, or choose another name with BETSTREAM_CONSUMER"
    )]
    InUse {
        /// The stream.
        stream: String,
        /// The consumer.
        consumer: String,
    },
    /// The stream is wanted on several servers, and there is one.
    #[error(
        "BETSTREAM_STREAM_REPLICAS is {0}, but the server at NATS_URL is no member of a cluster: set \
         BETSTREAM_STREAM_REPLICAS to 1, or name the servers of a cluster in NATS_URL"
    )]
    NoCluster(usize),
    /// The broker refused or did not answer.
    #[error("{doing}: {reason}")]
    Broker {
        /// What was tried.
        doing: &'static str,
        /// In the broker's own words.
        reason: String,
    },
}

fn broker(
    doing: &'static str,
) -> impl FnOnce(Box<dyn std::error::Error + Send + Sync>) -> ConsumerError {
    move |error| ConsumerError::Broker {
        doing,
        reason: error.to_string(),
    }
}

/// Finds the stream, or makes it, kept on so many servers; finds our pull consumer, or makes it in place of a push consumer
/// of the same name that nobody is bound to. Waiting messages stay.
///
/// # Errors
/// [`ConsumerError`].
pub async fn prepare(
    client: &async_nats::Client,
    names: &StreamNames,
    replicas: usize,
) -> Result<Prepared, ConsumerError> {
    let context = jetstream::new(client.clone());
    let was_missing = matches!(
        context.get_stream(&names.stream).await.map_err(|error| error.kind()),
        Err(GetStreamErrorKind::JetStream(error)) if error.error_code() == ErrorCode::STREAM_NOT_FOUND
    );
    let stream = context
        .get_or_create_stream(Config {
            name: names.stream.clone(),
            subjects: vec![names.subject.clone()],
            retention: RetentionPolicy::WorkQueue,
            storage: StorageType::File,
            discard: DiscardPolicy::New,
            num_replicas: replicas,
            ..Config::default()
        })
        .await
        .map_err(|error| not_made(&error, replicas))?;
    remove_idle_push_consumer(&stream, names).await?;
    let left_before = left(&stream.cached_info().state).to_string();
    let wanted = pull::Config {
        durable_name: Some(names.consumer.clone()),
        description: Some("takes bets into the log".to_owned()),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        max_ack_pending: MAX_ACK_PENDING,
        filter_subject: names.subject.clone(),
        metadata: HashMap::from([(LEFT_BEFORE.to_owned(), left_before)]),
        ..pull::Config::default()
    };
    let consumer = stream
        .get_or_create_consumer(&names.consumer, wanted)
        .await
        .map_err(|error| broker("making the consumer ready")(error.into()))?;
    Ok(Prepared {
        consumer,
        was_missing,
    })
}

fn not_made(error: &CreateStreamError, replicas: usize) -> ConsumerError {
    match error.kind() {
        CreateStreamErrorKind::JetStream(refused)
            if refused.error_code() == ErrorCode::STREAM_REPLICAS_NOT_SUPPORTED =>
        {
            ConsumerError::NoCluster(replicas)
        }
        _ => broker("making the stream ready")(error.to_string().into()),
    }
}

async fn remove_idle_push_consumer(
    stream: &Stream,
    names: &StreamNames,
) -> Result<(), ConsumerError> {
    // Unknown is the usual case at a first start; real trouble shows at the next call.
    let Ok(info) = stream.consumer_info(&names.consumer).await else {
        return Ok(());
    };
    if info.config.deliver_subject.is_none() {
        return Ok(());
    }
    if info.push_bound {
        return Err(ConsumerError::InUse {
            stream: names.stream.clone(),
            consumer: names.consumer.clone(),
        });
    }
    tracing::warn!(
        consumer = names.consumer,
        "a push consumer that nobody uses is replaced by our pull consumer"
    );
    stream
        .delete_consumer(&names.consumer)
        .await
        .map(drop)
        .map_err(|error| broker("replacing a push consumer")(error.into()))
}

/// How many messages ever left the stream.
fn left(state: &State) -> u64 {
    state.last_sequence.saturating_sub(state.messages)
}

/// What waits on the stream, and what left it since our consumer was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Levels {
    /// Whether our consumer is there.
    pub(super) are_consumed: bool,
    /// Not delivered yet: everything, while our consumer is not there.
    pub(super) pending: u64,
    /// Delivered, not acknowledged yet.
    pub(super) in_hand: u64,
    /// Of these, delivered more than once.
    pub(super) redelivered: u64,
    /// When the oldest message that nobody has acknowledged was published.
    pub(super) oldest: Option<Timestamp>,
    /// Gone from the stream since our consumer was made.
    pub(super) left: u64,
    /// Whether the stream drops waiting messages when it is full.
    pub(super) discards_old: bool,
}

/// Reads the levels of the stream and of our consumer.
pub(super) async fn levels(
    client: &async_nats::Client,
    names: &StreamNames,
) -> Result<Levels, ConsumerError> {
    let context = jetstream::new(client.clone());
    let stream = context
        .get_stream(&names.stream)
        .await
        .map_err(|error| broker("looking at the stream")(error.into()))?;
    let state = &stream.cached_info().state;
    let info = match stream.consumer_info(&names.consumer).await {
        Ok(info) => info,
        Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => {
            return Ok(Levels {
                pending: state.messages,
                ..Levels::default()
            });
        }
        Err(error) => return Err(broker("looking at the consumer")(error.into())),
    };
    let before = info
        .config
        .metadata
        .get(LEFT_BEFORE)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let in_hand = info.num_ack_pending as u64;
    let oldest = if info.num_pending + in_hand > 0 {
        oldest(&stream, info.ack_floor.stream_sequence).await
    } else {
        None
    };
    Ok(Levels {
        are_consumed: true,
        pending: info.num_pending,
        in_hand,
        redelivered: info.num_redelivered as u64,
        oldest,
        left: left(state).saturating_sub(before),
        discards_old: stream.cached_info().config.discard == DiscardPolicy::Old,
    })
}

/// When the oldest message behind `acknowledged` was published. On a work queue that is the first
/// one there is, elsewhere it is asked for; one that is gone tells nothing.
async fn oldest(stream: &Stream, acknowledged: u64) -> Option<Timestamp> {
    let info = stream.cached_info();
    if info.config.retention == RetentionPolicy::WorkQueue {
        return Some(time_of(info.state.first_timestamp));
    }
    let next = stream.get_raw_message(acknowledged + 1).await.ok()?;
    Some(time_of(next.time))
}

/// A time of the broker's in ours.
pub(super) fn time_of(time: DateTime) -> Timestamp {
    let micros = time.unix_timestamp_nanos() / 1_000;
    Timestamp::from_micros(i64::try_from(micros).unwrap_or_default())
}
