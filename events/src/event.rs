//! The sum of all events, their stable names, and what makes two of them say the same.

use uuid::Uuid;

use crate::{
    account::AccountEvent, batch::BatchEvent, dead_letter::DeadLetterEvent, ids::AccountId,
    market::MarketEvent, projection::ProjectionEvent,
};

/// Any fact of the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// About an account.
    Account(AccountEvent),
    /// About a batch.
    Batch(BatchEvent),
    /// About a market.
    Market(MarketEvent),
    /// About a dead letter.
    DeadLetter(DeadLetterEvent),
    /// About a projection.
    Projection(ProjectionEvent),
}

impl From<AccountEvent> for Event {
    fn from(event: AccountEvent) -> Self {
        Self::Account(event)
    }
}

impl From<BatchEvent> for Event {
    fn from(event: BatchEvent) -> Self {
        Self::Batch(event)
    }
}

impl From<MarketEvent> for Event {
    fn from(event: MarketEvent) -> Self {
        Self::Market(event)
    }
}

impl From<ProjectionEvent> for Event {
    fn from(event: ProjectionEvent) -> Self {
        Self::Projection(event)
    }
}

impl From<DeadLetterEvent> for Event {
    fn from(event: DeadLetterEvent) -> Self {
        Self::DeadLetter(event)
    }
}

macro_rules! event_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// The kinds of event, each with the name that it has in the log for ever.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventType {
            $($(#[$doc])* $variant),*
        }

        impl EventType {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in the log.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }

            /// The kind of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

event_types! {
    /// [`AccountEvent::Opened`].
    AccountOpened = "account.opened",
    /// [`AccountEvent::Changed`].
    AccountChanged = "account.changed",
    /// [`AccountEvent::Closed`].
    AccountClosed = "account.closed",
    /// [`BatchEvent::Created`].
    BatchCreated = "batch.created",
    /// [`BatchEvent::BetsAdded`].
    BatchBetsAdded = "batch.bets-added",
    /// [`BatchEvent::BetStatusChanged`].
    BatchBetStatusChanged = "batch.bet-status-changed",
    /// [`BatchEvent::BetsStatusChanged`].
    BatchBetsStatusChanged = "batch.bets-status-changed",
    /// [`BatchEvent::Submitted`].
    BatchSubmitted = "batch.submitted",
    /// [`BatchEvent::Completed`].
    BatchCompleted = "batch.completed",
    /// [`BatchEvent::Withdrawn`].
    BatchWithdrawn = "batch.withdrawn",
    /// [`MarketEvent::BetRecorded`].
    MarketBetRecorded = "market.bet-recorded",
    /// [`MarketEvent::BetRefused`].
    MarketBetRefused = "market.bet-refused",
    /// [`DeadLetterEvent::Retried`].
    DeadLetterRetried = "dead-letter.retried",
    /// [`DeadLetterEvent::Discarded`].
    DeadLetterDiscarded = "dead-letter.discarded",
    /// [`ProjectionEvent::EventSkipped`].
    ProjectionEventSkipped = "projection.event-skipped",
}

impl EventType {
    /// Whether it is read with the desk and the live feed: everything that people do, so all but the
    /// bets of markets. What happens to dead letters and to projections rides along and changes
    /// neither.
    pub const fn concerns_desk(self) -> bool {
        !matches!(self, Self::MarketBetRecorded | Self::MarketBetRefused)
    }
}

impl Event {
    /// Its kind.
    pub const fn event_type(&self) -> EventType {
        match self {
            Self::Account(AccountEvent::Opened(_)) => EventType::AccountOpened,
            Self::Account(AccountEvent::Changed { .. }) => EventType::AccountChanged,
            Self::Account(AccountEvent::Closed { .. }) => EventType::AccountClosed,
            Self::Batch(BatchEvent::Created { .. }) => EventType::BatchCreated,
            Self::Batch(BatchEvent::BetsAdded { .. }) => EventType::BatchBetsAdded,
            Self::Batch(BatchEvent::BetStatusChanged { .. }) => EventType::BatchBetStatusChanged,
            Self::Batch(BatchEvent::BetsStatusChanged { .. }) => EventType::BatchBetsStatusChanged,
            Self::Batch(BatchEvent::Submitted { .. }) => EventType::BatchSubmitted,
            Self::Batch(BatchEvent::Completed { .. }) => EventType::BatchCompleted,
            Self::Batch(BatchEvent::Withdrawn { .. }) => EventType::BatchWithdrawn,
            Self::Market(MarketEvent::BetRecorded(_)) => EventType::MarketBetRecorded,
            Self::Market(MarketEvent::BetRefused(_)) => EventType::MarketBetRefused,
            Self::DeadLetter(DeadLetterEvent::Retried { .. }) => EventType::DeadLetterRetried,
            Self::DeadLetter(DeadLetterEvent::Discarded { .. }) => EventType::DeadLetterDiscarded,
            Self::Projection(ProjectionEvent::EventSkipped { .. }) => {
                EventType::ProjectionEventSkipped
            }
        }
    }

    /// Whether `other`, sent under the same event id, says the same: for a stream bet and for a
    /// refusal, that the terms are the same; for anything else, that it is equal.
    pub fn restates(&self, other: &Self) -> bool {
        if let (
            Self::Market(MarketEvent::BetRefused(ours)),
            Self::Market(MarketEvent::BetRefused(theirs)),
        ) = (self, other)
        {
            return (ours.bet_id, &ours.terms, &ours.code)
                == (theirs.bet_id, &theirs.terms, &theirs.code);
        }
        match (StreamTerms::of(self), StreamTerms::of(other)) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self == other,
        }
    }
}

/// The terms of a stream bet, whichever road it took: what must be equal for a repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamTerms {
    /// The bet's id.
    pub bet_id: Uuid,
    /// The game.
    pub game_id: String,
    /// Its type.
    pub bet_type: String,
    /// The amount, with the currency's decimals.
    pub amount: String,
    /// The selection as written.
    pub selection: Option<String>,
    /// Decimal odds with three decimals.
    pub odds: Option<String>,
    /// The account whose batch it is for.
    pub account_id: Option<AccountId>,
    /// The batch name it asked for.
    pub batch: Option<String>,
}

impl StreamTerms {
    /// The terms of the stream bet that `event` records, if it records one.
    pub fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Market(MarketEvent::BetRecorded(bet)) => Some(Self {
                bet_id: bet.bet_id,
                game_id: bet.game_id.to_string(),
                bet_type: bet.bet_type.to_string(),
                amount: bet.amount.to_string(),
                selection: bet
                    .selection
                    .as_ref()
                    .map(|selection| selection.written().to_owned()),
                odds: bet.odds.map(|odds| odds.to_string()),
                account_id: None,
                batch: None,
            }),
            Event::Batch(BatchEvent::BetsAdded { owner, bets }) => {
                let [bet] = bets.as_slice() else { return None };
                let origin = bet.origin.as_deref()?;
                Some(Self {
                    bet_id: origin.bet_id,
                    game_id: origin.game_id.to_string(),
                    bet_type: origin.bet_type.clone(),
                    amount: bet.stake.to_string(),
                    selection: bet
                        .selection
                        .as_ref()
                        .map(|selection| selection.written().to_owned()),
                    odds: origin.odds.map(|odds| odds.to_string()),
                    account_id: Some(owner.account_id),
                    batch: Some(origin.batch.clone()),
                })
            }
            _ => None,
        }
    }

    /// What `sent` says otherwise, one text a term: `amount: recorded 42.00, sent 43.00`.
    pub fn differences(&self, sent: &Self) -> Vec<String> {
        let show = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let account = |terms: &Self| {
            terms
                .account_id
                .map_or_else(|| "none".to_owned(), |id| id.to_string())
        };
        let pairs = [
            ("id", self.bet_id.to_string(), sent.bet_id.to_string()),
            ("game_id", self.game_id.clone(), sent.game_id.clone()),
            ("bet_type", self.bet_type.clone(), sent.bet_type.clone()),
            ("amount", self.amount.clone(), sent.amount.clone()),
            ("selection", show(&self.selection), show(&sent.selection)),
            ("odds", show(&self.odds), show(&sent.odds)),
            ("account_id", account(self), account(sent)),
            ("batch", show(&self.batch), show(&sent.batch)),
        ];
        let differs = |(field, ours, theirs): (&str, String, String)| {
            (ours != theirs).then(|| format!("{field}: recorded {ours}, sent {theirs}"))
        };
        pairs.into_iter().filter_map(differs).collect()
    }
}
