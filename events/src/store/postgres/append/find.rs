//! Looks up, under the lock, what a chunk refers to: one round trip while nobody else writes, two
//! when somebody did.

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use postgres_types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use super::{cache::Cache, session::Session};
use crate::{
    chain::Hash,
    claims::Claim,
    clock::Timestamp,
    envelope::{Position, RecordedEvent, StreamName, Version},
    ids::EventId,
    money::Currency,
    store::{
        IdempotentAnswer, StoreError,
        plan::{Found, Wanted},
        postgres::{
            error::storable,
            rows::{self, event_row, get, idempotent_answer, read_currency, read_end, stream_name},
        },
    },
};

/// Rows as they came, not yet read.
pub(super) struct Answers {
    locked_at: Instant,
    head: Row,
    events: Vec<Row>,
    versions: Vec<Row>,
    claims: Vec<Row>,
    answers: Vec<Row>,
}

/// Streams and claims that must be asked for.
struct Unknown {
    streams: HashMap<String, StreamName>,
    claims: HashMap<String, Claim>,
}

impl Unknown {
    fn of(wanted: &Wanted, cache: &Cache) -> Self {
        let streams = wanted
            .streams
            .iter()
            .filter(|stream| cache.version(stream).is_none());
        let claims = wanted
            .claims
            .iter()
            .filter(|claim| cache.holder(claim).is_none());
        Self {
            streams: streams
                .map(|stream| (stream.to_string(), stream.clone()))
                .collect(),
            claims: claims
                .map(|claim| (storable(&claim.to_string()), claim.clone()))
                .collect(),
        }
    }

    async fn ask(&self, session: &Session) -> Result<(Vec<Row>, Vec<Row>), Error> {
        let streams: Vec<&str> = self.streams.keys().map(String::as_str).collect();
        let claims: Vec<&str> = self.claims.keys().map(String::as_str).collect();
        let statements = &session.statements;
        futures::future::try_join(
            query(session, &statements.find_versions, &streams),
            query(session, &statements.find_claims, &claims),
        )
        .await
    }

    /// Teaches `cache` what was found; what was not found is not there.
    fn learn(self, versions: &[Row], claims: &[Row], cache: &mut Cache) -> Result<(), StoreError> {
        let Self {
            mut streams,
            claims: mut asked,
        } = self;
        for row in versions {
            if let Some(stream) = streams.remove(get::<&str>(row, 0)?) {
                cache.learn_version(stream, Version(get(row, 1)?));
            }
        }
        for row in claims {
            if let Some(claim) = asked.remove(get::<&str>(row, 0)?) {
                cache.learn_holder(claim, Some(stream_name(get(row, 1)?)?));
            }
        }
        streams
            .into_values()
            .for_each(|stream| cache.learn_version(stream, Version::NONE));
        asked
            .into_values()
            .for_each(|claim| cache.learn_holder(claim, None));
        Ok(())
    }
}

/// What was found, with what belongs to the log as a whole.
pub(super) struct Looked {
    pub(super) found: Found,
    pub(super) currency: Currency,
    /// When the lock was taken.
    pub(super) locked_at: Instant,
}

/// A chunk's lookup: what to ask, kept between asking and reading.
pub(super) struct Lookup<'a> {
    wanted: &'a Wanted,
    unknown: Unknown,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(wanted: &'a Wanted, cache: &Cache) -> Self {
        Self {
            wanted,
            unknown: Unknown::of(wanted, cache),
        }
    }

    /// Asks everything in one round trip, behind the statement that takes the lock.
    pub(super) async fn ask(
        &self,
        session: &Session,
        lock: impl Future<Output = Result<(), Error>>,
    ) -> Result<Answers, Error> {
        let statements = &session.statements;
        let ids: Vec<_> = self.wanted.event_ids.iter().map(|id| id.uuid()).collect();
        let scopes: Vec<_> = self
            .wanted
            .keys
            .iter()
            .map(|(scope, _)| storable(scope))
            .collect();
        let keys: Vec<_> = self
            .wanted
            .keys
            .iter()
            .map(|(_, key)| storable(key))
            .collect();
        let (locked_at, head, events, answers, (versions, claims)) = futures::try_join!(
            async { lock.await.map(|()| Instant::now()) },
            session.client().query_one(&statements.find_head, &[]),
            query(session, &statements.find_events, &ids),
            async {
                if keys.is_empty() {
                    return Ok(Vec::new());
                }
                session
                    .client()
                    .query(&statements.find_answers, &[&scopes, &keys])
                    .await
            },
            self.unknown.ask(session),
        )?;
        Ok(Answers {
            locked_at,
            head,
            events,
            versions,
            claims,
            answers,
        })
    }

    /// Reads what came; asks once more when the cache turns out to be of another time.
    pub(super) async fn read(
        self,
        answers: Answers,
        session: &Session,
        cache: &mut Cache,
    ) -> Result<Looked, StoreError> {
        let Answers {
            locked_at,
            head,
            events,
            versions,
            claims,
            answers,
        } = answers;
        let (mut found, currency) = read_head(&head)?;
        if cache.holds_at((found.head, found.block_hash)) {
            self.unknown.learn(&versions, &claims, cache)?;
        } else {
            let unknown = Unknown::of(self.wanted, cache);
            let (versions, claims) = unknown
                .ask(session)
                .await
                .map_err(|error| StoreError::unavailable(&error))?;
            unknown.learn(&versions, &claims, cache)?;
        }
        found.events = read_events(&events)?;
        found.answers = read_answers(&answers, &self.wanted.keys)?;
        found.versions = versions_of(&self.wanted.streams, cache);
        found.claims = holders_of(&self.wanted.claims, cache);
        Ok(Looked {
            found,
            currency,
            locked_at,
        })
    }
}

async fn query<T: ToSql + Sync>(
    session: &Session,
    statement: &Statement,
    list: &Vec<T>,
) -> Result<Vec<Row>, Error> {
    if list.is_empty() {
        return Ok(Vec::new());
    }
    session.client().query(statement, &[list]).await
}

fn read_head(row: &Row) -> Result<(Found, Currency), StoreError> {
    let (head, block_hash) = read_end(row)?;
    let rows::Instant(recorded_at) = get(row, 3)?;
    Ok((empty(head, block_hash, recorded_at), read_currency(row, 6)?))
}

fn empty(head: Position, block_hash: Hash, recorded_at: Timestamp) -> Found {
    Found {
        head,
        block_hash,
        recorded_at,
        answers: HashMap::new(),
        events: HashMap::new(),
        versions: HashMap::new(),
        claims: HashMap::new(),
    }
}

fn read_events(rows: &[Row]) -> Result<HashMap<EventId, RecordedEvent>, StoreError> {
    let events = rows.iter().map(|row| {
        let event = event_row(row)?.decode()?;
        Ok((event.event_id, event))
    });
    events.collect()
}

/// Answers under the keys as they were asked for (a stored text may differ from its key by a NUL).
fn read_answers(
    rows: &[Row],
    wanted: &HashSet<(String, String)>,
) -> Result<HashMap<(String, String), IdempotentAnswer>, StoreError> {
    let asked: HashMap<_, _> = wanted
        .iter()
        .map(|asked| ((storable(&asked.0), storable(&asked.1)), asked))
        .collect();
    let mut answers = HashMap::new();
    for row in rows {
        if let Some(key) = asked.get(&(get(row, 0)?, get(row, 1)?)) {
            answers.insert((*key).clone(), idempotent_answer(row)?);
        }
    }
    Ok(answers)
}

fn versions_of(streams: &HashSet<StreamName>, cache: &Cache) -> HashMap<StreamName, Version> {
    streams
        .iter()
        .filter_map(|stream| Some((stream.clone(), cache.version(stream)?)))
        .collect()
}

fn holders_of(claims: &HashSet<Claim>, cache: &Cache) -> HashMap<Claim, StreamName> {
    claims
        .iter()
        .filter_map(|claim| Some((claim.clone(), cache.holder(claim)?.clone()?)))
        .collect()
}
