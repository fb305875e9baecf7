//! Random bets for trying the product: what a simulated feed and the command line send.

use betstream_actors::market::SentBet;
use betstream_events::clock::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde::Serialize;
use uuid::{Builder, Uuid};

/// The bet types that are made, each with how many runners it names; none names none.
const BET_TYPES: [(&str, usize); 6] = [
    ("WIN", 1),
    ("PLACE", 1),
    ("QUINELLA", 2),
    ("EXACTA", 2),
    ("TRIFECTA", 3),
    ("moneyline", 0),
];
/// Most runners of a made-up race.
const RUNNERS: u32 = 12;
/// Smallest and largest amount, in cents.
const AMOUNT_CENTS: std::ops::RangeInclusive<u64> = 100..=25_000;

/// A made-up bet in the form in which the stream carries it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RandomBet {
    /// A random UUID (version 4).
    pub id: Uuid,
    /// `game_1` to `game_<n>`.
    pub game_id: String,
    /// One of six types.
    pub bet_type: &'static str,
    /// In units of money, with at most two decimals.
    pub amount: f64,
    /// RFC 3339 with nanoseconds.
    pub timestamp: String,
    /// What it is on, when selections are wanted and its type has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection: Option<String>,
}

/// Makes random bets.
#[derive(Clone, Debug)]
pub struct BetGenerator {
    random: StdRng,
    games: u32,
    selections: bool,
    /// Decimals of the amounts: those of the currency, at most two.
    decimals: u32,
}

impl BetGenerator {
    /// Bets over `games` games (at least one), with or without selections.
    pub fn new(games: u32, selections: bool) -> Self {
        Self {
            random: StdRng::from_os_rng(),
            games: games.max(1),
            selections,
            decimals: 2,
        }
    }

    /// The same bets every time, for tests.
    pub fn seeded(seed: u64, games: u32, selections: bool) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            ..Self::new(games, selections)
        }
    }

    /// The same, with amounts that a currency of so many decimals can hold.
    #[must_use]
    pub fn with_decimals(mut self, decimals: u32) -> Self {
        self.decimals = decimals.min(2);
        self
    }

    /// One more bet, placed at `now`.
    pub fn next(&mut self, now: Timestamp) -> RandomBet {
        let (bet_type, legs) = BET_TYPES
            .choose(&mut self.random)
            .copied()
            .unwrap_or(("moneyline", 0));
        let cents = self.random.random_range(AMOUNT_CENTS);
        let amount = if self.decimals < 2 {
            (cents / 100) as f64
        } else {
            cents as f64 / 100.0
        };
        RandomBet {
            id: Builder::from_random_bytes(self.random.random()).into_uuid(),
            game_id: format!("game_{}", self.random.random_range(1..=self.games)),
            bet_type,
            amount,
            timestamp: with_nanoseconds(now, self.random.random_range(0..1_000)),
            selection: (self.selections && legs > 0).then(|| self.selection(legs)),
        }
    }

    /// `legs` distinct runners; favourites are taken more often, as people do.
    fn selection(&mut self, legs: usize) -> String {
        let mut runners: Vec<u32> = Vec::with_capacity(legs);
        while runners.len() < legs {
            let runner = self
                .random
                .random_range(1..=RUNNERS)
                .min(self.random.random_range(1..=RUNNERS));
            if !runners.contains(&runner) {
                runners.push(runner);
            }
        }
        runners
            .iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join("/")
    }
}

impl RandomBet {
    /// The bet as the intake takes it, once it was read from its JSON.
    pub fn to_sent(&self) -> Option<SentBet> {
        let json = serde_json::to_vec(self).ok()?;
        betstream_actors::intake::parse_bet(&json).ok()
    }
}

/// The clock tells microseconds; senders write nanoseconds.
fn with_nanoseconds(now: Timestamp, nanoseconds: u32) -> String {
    let micros = now.to_rfc3339();
    format!("{}{nanoseconds:03}Z", micros.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use betstream_events::selection::Selection;

    use super::*;

    #[test]
    fn every_bet_can_be_taken() {
        let now = Timestamp::parse_rfc3339("2026-11-23T14:25:35.123456Z").unwrap();
        let mut generator = BetGenerator::seeded(7, 3, true);
        for _ in 0..500 {
            let bet = generator.next(now);
            assert_eq!(bet.id.get_version_num(), 4);
            assert_eq!(bet.timestamp.len(), "2026-11-23T14:25:35.123456789Z".len());
            let sent = bet.to_sent().unwrap();
            assert!(["game_1", "game_2", "game_3"].contains(&sent.game_id.as_str()));
            if let Some(selection) = &sent.selection {
                assert!(
                    Selection::parse(Some(bet.bet_type), selection).is_ok(),
                    "{} {selection}",
                    bet.bet_type
                );
            }
            let currency = betstream_events::money::Currency::USD;
            assert!(
                betstream_events::money::Money::parse(&sent.amount, currency)
                    .unwrap()
                    .is_positive()
            );
        }
    }

    #[test]
    fn selections_are_left_out_on_request() {
        let mut generator = BetGenerator::seeded(7, 1, false);
        assert!((0..100).all(|_| generator.next(Timestamp::default()).selection.is_none()));
    }
}
