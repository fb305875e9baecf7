//! Where all events lie that a filter can want.

use betstream_events::{
    envelope::{Position, StreamName, Version},
    event::EventType,
    ids::{BetPid, EventId},
    store::{Order, Span},
};
use uuid::Uuid;

use super::{
    super::{
        filter::{BetName, EventFilter, SourceName},
        fold::NEW_PIDS,
        key::{self, Listed, Numbered},
        segment::position_of,
        subjects::{Subject, subjects},
        words,
    },
    AuditQueries,
    index::IndexWalk,
    lookup::Lookup,
    merge::Place,
};
use crate::{answer::QueryError, views::Query};

/// A stream so short is read whole rather than looked up further.
const SHORT_STREAM: i64 = 5_000;
/// A word that so many markets have tells nothing.
const MOST_MARKETS: usize = 64;

/// A stream and the versions of it that lie in a span.
type Stretch = (StreamName, Span<Version>);

/// Where the events of one part of a filter lie: in any of these places.
#[derive(Debug, Default)]
struct Facet {
    lookup: Option<Lookup>,
    streams: Vec<StreamName>,
    ids: Vec<EventId>,
}

impl Facet {
    fn looked_up(lookup: Lookup) -> Self {
        Self {
            lookup: Some(lookup),
            ..Self::default()
        }
    }

    const fn is_lookup_alone(&self) -> bool {
        self.streams.is_empty() && self.ids.is_empty()
    }
}

/// Where the events of a filter lie.
#[derive(Debug)]
pub(super) struct Plan {
    /// What the index knows of every wanted event.
    lookups: Vec<Lookup>,
    /// Parts that lie elsewhere too.
    spread: Vec<Facet>,
    /// Whether what the index finds is what is wanted, no more.
    is_exact: bool,
}

impl Plan {
    /// The lookups that answer the filter by themselves, where they do.
    pub(super) fn exact(&self) -> Option<&[Lookup]> {
        (self.is_exact && self.spread.is_empty()).then_some(&self.lookups)
    }

    /// Whether the index is needed.
    pub(super) fn needs_index(&self) -> bool {
        !self.lookups.is_empty() || self.spread.iter().any(|facet| facet.lookup.is_some())
    }
}

impl AuditQueries {
    /// Where the events of `filter` lie.
    pub(super) async fn plan(&self, filter: &EventFilter) -> Result<Plan, QueryError> {
        let mut facets = Vec::new();
        let mut is_exact = true;
        let listed = |kind, value: &str| Facet::looked_up(Lookup::listed(kind, [value]));
        if !filter.types.is_empty() {
            let names = filter.types.iter().map(|event_type| event_type.name());
            facets.push(Facet::looked_up(Lookup::listed(Listed::Type, names)));
        }
        facets.extend(filter.who.iter().map(|who| listed(Listed::Who, who)));
        facets.extend(filter.road.map(|road| listed(Listed::Road, road.word())));
        if let Some(source) = &filter.source {
            facets.push(self.of_source(source).await?);
        }
        if let Some(account) = filter.account {
            let number = key::of_account(account);
            facets.push(Facet::looked_up(Lookup::number(Numbered::Account, number)));
        }
        facets.extend(filter.correlation.as_deref().map(of_correlation));
        facets.extend(
            filter.causation.as_deref().map(|cause| {
                Facet::looked_up(Lookup::number(Numbered::Cause, key::of_words(cause)))
            }),
        );
        let batch = filter.batch.map(StreamName::Batch);
        facets.extend(
            filter
                .stream
                .iter()
                .cloned()
                .chain(batch)
                .map(|stream| Facet {
                    streams: vec![stream],
                    ..Facet::default()
                }),
        );
        if let Some(market) = &filter.market {
            facets.push(Facet {
                lookup: Some(Lookup::number(Numbered::Market, key::of_market(market))),
                streams: vec![StreamName::Market(market.clone())],
                ids: Vec::new(),
            });
        }
        match filter.bet {
            Some(BetName::Id(bet)) => facets.push(Facet {
                lookup: Some(Lookup::number(Numbered::Bet, key::of_bet(bet))),
                streams: Vec::new(),
                ids: vec![EventId::new(bet)],
            }),
            Some(BetName::Pid(pid)) => facets.push(Facet {
                streams: self.batch_of(pid).await?.into_iter().collect(),
                // Where no batch has it, this finds nothing.
                ids: vec![EventId::new(Uuid::nil())],
                lookup: None,
            }),
            None => {}
        }
        if let Some(text) = &filter.text {
            is_exact = false;
            for word in text.words().iter().filter(|word| words::is_kept(word)) {
                facets.extend(self.of_word(word).await?);
            }
        }
        let (alone, spread): (Vec<Facet>, Vec<Facet>) =
            facets.into_iter().partition(Facet::is_lookup_alone);
        let lookups: Vec<Lookup> = alone.into_iter().filter_map(|facet| facet.lookup).collect();
        is_exact &= lookups.iter().all(|lookup| lookup.is_exact);
        Ok(Plan {
            lookups,
            spread,
            is_exact,
        })
    }

    /// The places to read, such that few rows are read in vain.
    pub(super) async fn places(
        &self,
        plan: Plan,
        span: Span<Position>,
        order: Order,
    ) -> Result<Vec<Place>, QueryError> {
        let Plan {
            lookups, spread, ..
        } = plan;
        let mut narrowest: Option<(i64, Facet, Vec<Stretch>)> = None;
        for facet in spread {
            let mut streams = Vec::with_capacity(facet.streams.len());
            for stream in &facet.streams {
                streams.push((stream.clone(), self.versions(stream, span).await?));
            }
            let length = |(_, versions): &Stretch| versions.up_to.0 - versions.after.0;
            let events: i64 = streams.iter().map(length).sum();
            if narrowest
                .as_ref()
                .is_none_or(|(fewest, ..)| events < *fewest)
            {
                narrowest = Some((events, facet, streams));
            }
        }
        let Some((events, facet, streams)) = narrowest else {
            return Ok(vec![if lookups.is_empty() {
                Place::Log(span)
            } else {
                Place::Index(IndexWalk::new(lookups, span, order))
            }]);
        };
        if events > SHORT_STREAM && !lookups.is_empty() {
            let mut walk = IndexWalk::new(lookups.clone(), span, order);
            let positions = u64::try_from(span.up_to.0 - span.after.0)
                .unwrap_or(0)
                .max(1);
            let density = events.cast_unsigned().saturating_mul(100_000) / positions;
            if walk.density(self).await? <= density {
                return Ok(vec![Place::Index(walk)]);
            }
        }
        let mut places: Vec<Place> = streams
            .into_iter()
            .map(|(stream, versions)| Place::Stream(stream, versions))
            .collect();
        if !facet.ids.is_empty() {
            places.push(Place::Ids(facet.ids));
        }
        places.extend(facet.lookup.map(|lookup| {
            let all = std::iter::once(lookup).chain(lookups).collect();
            Place::Index(IndexWalk::new(all, span, order))
        }));
        Ok(places)
    }

    /// The versions of `stream` that lie in `span`.
    async fn versions(
        &self,
        stream: &StreamName,
        span: Span<Position>,
    ) -> Result<Span<Version>, QueryError> {
        let after = self.rows.version_at(stream, span.after).await?;
        let up_to = self.rows.version_at(stream, span.up_to).await?;
        Ok(Span {
            after,
            up_to: up_to.max(after),
        })
    }

    async fn of_source(&self, source: &SourceName) -> Result<Facet, QueryError> {
        let lookup = Lookup::listed(Listed::Source, [source.stream.as_str()]);
        let Some(sequence) = source.sequence else {
            return Ok(Facet::looked_up(lookup));
        };
        let numbers = Listed::Source.key(&source.stream);
        let segments = self
            .segments_around(&numbers, sequence.cast_signed())
            .await?;
        Ok(Facet::looked_up(lookup.in_segments(segments)))
    }

    async fn segments_around(&self, numbers: &str, number: i64) -> Result<Vec<i64>, QueryError> {
        let params = vec![numbers.into(), number.into()];
        let query = Query::list(include_str!("../sql/find_segments.sql"), params, false);
        Ok(self.views.read_one(query).await?.read(|row| row.int())?)
    }

    /// None when the word tells nothing.
    async fn of_word(&self, word: &str) -> Result<Option<Facet>, QueryError> {
        let behind = format!("{word}{}", char::MAX);
        let params = vec![word.into(), behind.into(), (MOST_MARKETS as i64 + 1).into()];
        let query = Query::small(include_str!("../sql/find_markets.sql"), params);
        let games = self.views.read_one(query).await?.read(|row| row.text())?;
        if games.len() > MOST_MARKETS {
            return Ok(None);
        }
        let stream = |game: String| format!("market-{game}").parse().ok();
        Ok(Some(Facet {
            lookup: Some(Lookup::words(word)),
            streams: games.into_iter().filter_map(stream).collect(),
            ids: Vec::new(),
        }))
    }

    /// The batch that has this bet: looked for where bets with such pids joined batches.
    async fn batch_of(&self, pid: BetPid) -> Result<Option<StreamName>, QueryError> {
        let joins = [EventType::BatchCreated, EventType::BatchBetsAdded].map(EventType::name);
        let joins = [Lookup::listed(Listed::Type, joins)];
        for segment in self.segments_around(NEW_PIDS, pid.get()).await? {
            for (segment, offsets) in self.segments(&joins, segment..=segment).await? {
                let positions: Vec<Position> = offsets
                    .iter()
                    .map(|offset| position_of(segment, offset))
                    .collect();
                for row in self.rows.rows_at(&positions).await? {
                    let Ok(recorded) = row.decode() else { continue };
                    let mut has_it = false;
                    subjects(&recorded.event, &mut |subject| {
                        has_it |= subject == Subject::Pid(pid);
                    });
                    if has_it {
                        return Ok(Some(recorded.stream));
                    }
                }
            }
        }
        Ok(None)
    }
}

fn of_correlation(correlation: &str) -> Facet {
    let own = Uuid::try_parse(correlation).ok().map(EventId::new);
    Facet {
        lookup: Some(Lookup::number(Numbered::Cause, key::of_words(correlation))),
        streams: Vec::new(),
        ids: own.into_iter().collect(),
    }
}
