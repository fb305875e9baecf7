//! A group of bets on one game, from the decision to the outcome of each.

use betstream_events::{
    causes::Causes,
    envelope::{NewEvent, StreamName},
    event::StreamTerms,
    fault::{self, Point},
    ids::EventId,
    market::MarketEvent,
    metadata::{BUILD, Metadata},
    store::{AppendOutcome, AppendRequest, Expected, Refusal, StreamWrite, Tally},
};
use betstream_telemetry::traces::TraceParent;
use futures::future::join_all;
use smallvec::smallvec;

use super::{
    BetOutcome, BetRejection, MarketItem, SentBet, Taking, command::origins, decide, refusal,
    sent_terms,
};
use crate::journal::{Journal, JournalError, Lane};

/// Most bets that a market hands to the journal in one piece, so that its chunks can be of any size.
const MOST_AT_ONCE: usize = 256;

/// A bet on its way: what is to be appended for it, and what became of it.
struct InHand {
    sent: SentBet,
    rejection: Option<BetRejection>,
    request: Option<AppendRequest>,
    outcome: Option<BetOutcome>,
}

/// Bets on one game that came together.
pub(super) struct Group {
    stream: StreamName,
    bets: Vec<InHand>,
}

impl Group {
    /// Decides each of `items`.
    pub(super) fn decide(items: Vec<MarketItem>, taking: &Taking, stream: StreamName) -> Self {
        let mut group = Self {
            bets: Vec::with_capacity(items.len()),
            stream,
        };
        for item in items {
            fault::pass(Point::InDecision);
            let (sent, decided) = match item {
                MarketItem::Take(sent) => {
                    let decided = decide(&sent, taking.currency);
                    (sent, decided)
                }
                MarketItem::Refuse(sent, rejection) => (sent, Err(rejection)),
            };
            let bet = match decided {
                Ok(recorded) => {
                    let event_id = EventId::new(sent.bet_id);
                    let event = MarketEvent::BetRecorded(recorded);
                    let request = Some(group.request(&sent, taking, event_id, event, Tally::Bet));
                    InHand {
                        sent,
                        rejection: None,
                        request,
                        outcome: None,
                    }
                }
                Err(rejection) => group.refuse(sent, rejection, taking),
            };
            group.bets.push(bet);
        }
        group
    }

    /// Refuses `sent`: by an event where refusals are kept, else by the answer alone. *Recorded*
    /// beats any rule, so the event requires that the bet's own id is unknown.
    fn refuse(&self, sent: SentBet, rejection: BetRejection, taking: &Taking) -> InHand {
        let conflicting = matches!(rejection, BetRejection::ConflictingDuplicate { .. });
        if !taking.keeps_refusals && !conflicting {
            let outcome = Some(BetOutcome::Refused {
                rejection: rejection.clone(),
                position: None,
            });
            return InHand {
                sent,
                rejection: Some(rejection),
                request: None,
                outcome,
            };
        }
        let refused = refusal(&sent, &rejection);
        let event_id = refused.event_id();
        let mut request = self.request(
            &sent,
            taking,
            event_id,
            MarketEvent::BetRefused(refused),
            Tally::Refusal,
        );
        request.absent = (!conflicting).then(|| EventId::new(sent.bet_id));
        InHand {
            sent,
            rejection: Some(rejection),
            request: Some(request),
            outcome: None,
        }
    }

    fn request(
        &self,
        sent: &SentBet,
        taking: &Taking,
        event_id: EventId,
        event: MarketEvent,
        tally: Tally,
    ) -> AppendRequest {
        let metadata = metadata(sent, taking).to_json().into();
        let event = NewEvent::new(event_id, event, metadata, sent.occurred_at);
        let write = StreamWrite {
            stream: self.stream.clone(),
            expected: Expected::Any,
            events: smallvec![event],
        };
        AppendRequest {
            writes: smallvec![write],
            tally: taking.tally(tally),
            ..AppendRequest::default()
        }
    }

    /// Appends until every bet has its outcome. Conflicting duplicates and repeats are only known
    /// after a first round, and settled by a second.
    pub(super) async fn append(&mut self, journal: &Journal, taking: &Taking) {
        let origins = origins(self.bets.iter().map(|bet| &bet.sent), taking);
        for _round in 0..3 {
            let waiting: Vec<usize> = (0..self.bets.len())
                .filter(|index| self.bets[*index].request.is_some())
                .collect();
            let requests: Vec<AppendRequest> = waiting
                .iter()
                .filter_map(|index| self.bets[*index].request.take())
                .collect();
            if requests.is_empty() {
                return;
            }
            let mut waiting = waiting.into_iter();
            for (size, outcome) in append_in_pieces(journal, requests, &origins).await {
                let indexes = waiting.by_ref().take(size);
                match outcome {
                    Ok(outcomes) => indexes
                        .zip(outcomes)
                        .for_each(|(index, outcome)| self.settle(index, outcome, taking)),
                    Err(error) => self.defer(indexes, &error),
                }
            }
        }
    }

    fn defer(&mut self, indexes: impl Iterator<Item = usize>, error: &JournalError) {
        let reason = match error {
            JournalError::Overloaded => "too many bets are waiting".to_owned(),
            JournalError::Stopping => "the server is stopping".to_owned(),
            JournalError::Store(error) => error.to_string(),
        };
        for index in indexes {
            self.bets[index].outcome = Some(BetOutcome::Deferred {
                reason: reason.clone(),
            });
        }
    }

    fn settle(&mut self, index: usize, outcome: AppendOutcome, taking: &Taking) {
        let rejection = self.bets[index].rejection.clone();
        let outcome = match (outcome, rejection) {
            // A repeat that was counted has its outcome already.
            (AppendOutcome::Appended { .. }, _) if self.bets[index].outcome.is_some() => return,
            (AppendOutcome::Appended { last, .. }, None) => BetOutcome::Recorded { position: last },
            (AppendOutcome::Appended { last, .. }, Some(rejection)) => BetOutcome::Refused {
                rejection,
                position: Some(last),
            },
            (
                AppendOutcome::Refused(Refusal::KnownEventId {
                    stored,
                    restates: true,
                }),
                None,
            ) => BetOutcome::AlreadyRecorded {
                position: stored.position,
            },
            (
                AppendOutcome::Refused(Refusal::KnownEventId {
                    stored,
                    restates: true,
                }),
                Some(rejection),
            ) => BetOutcome::Refused {
                rejection,
                position: Some(stored.position),
            },
            (
                AppendOutcome::Refused(Refusal::KnownEventId {
                    stored,
                    restates: false,
                }),
                _,
            ) => {
                return self.compare(index, &stored, taking);
            }
            (outcome, _) => BetOutcome::Deferred {
                reason: format!("unexpected outcome {outcome:?}"),
            },
        };
        self.bets[index].outcome = Some(outcome);
    }

    /// The bet's id is in the log, under an event that does not say the same as ours.
    fn compare(
        &mut self,
        index: usize,
        stored: &betstream_events::envelope::RecordedEvent,
        taking: &Taking,
    ) {
        let sent = sent_terms(&self.bets[index].sent, taking.currency);
        let recorded = StreamTerms::of(&stored.event);
        let differences = match recorded {
            Some(recorded) if recorded == sent => {
                let bet = &mut self.bets[index];
                bet.outcome = Some(BetOutcome::AlreadyRecorded {
                    position: stored.position,
                });
                let tally = taking.tally(Tally::Repeat);
                bet.request = (tally != Tally::None).then(|| AppendRequest {
                    tally,
                    ..AppendRequest::default()
                });
                return;
            }
            Some(recorded) => recorded.differences(&sent).join("; "),
            None => format!(
                "id: belongs to {} at position {}",
                stored.event.event_type().name(),
                stored.position
            ),
        };
        let sent = self.bets[index].sent.clone();
        self.bets[index] = self.refuse(
            sent,
            BetRejection::ConflictingDuplicate { differences },
            taking,
        );
    }

    /// The outcomes, in the order of the items.
    pub(super) fn outcomes(self) -> Vec<BetOutcome> {
        let settled = |bet: InHand| {
            bet.outcome.unwrap_or_else(|| BetOutcome::Deferred {
                reason: "it was not settled".to_owned(),
            })
        };
        self.bets.into_iter().map(settled).collect()
    }
}

/// Appends `requests` in their order; gives the size and the outcome of each piece. Whether a group
/// is large is the market's affair, how much a chunk takes in is the journal's.
async fn append_in_pieces(
    journal: &Journal,
    requests: Vec<AppendRequest>,
    origins: &[TraceParent],
) -> Vec<(usize, Result<Vec<AppendOutcome>, JournalError>)> {
    let mut requests = requests.into_iter();
    let pieces = std::iter::from_fn(|| {
        let piece: Vec<AppendRequest> = requests.by_ref().take(MOST_AT_ONCE).collect();
        (!piece.is_empty()).then_some(piece)
    });
    let appending = pieces.map(async |piece| {
        let size = piece.len();
        let appended = journal.append(piece, Lane::Stream, origins.to_vec());
        (size, appended.await)
    });
    join_all(appending).await
}

fn metadata(sent: &SentBet, taking: &Taking) -> Metadata {
    let Causes {
        correlation,
        causation,
        trace,
    } = taking.causes_of(sent).clone();
    Metadata {
        who: taking.who.clone(),
        how: taking.road,
        reason: None,
        correlation,
        causation,
        trace: trace.map(|trace| trace.to_string()),
        source: taking.source_of(sent),
        build: BUILD.to_owned(),
    }
}
