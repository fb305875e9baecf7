//! The bets that wait in the stream, and what must become of them.

use uuid::Uuid;

use super::taking::Outcomes;

/// How far back in the stream every other repeat lies; the rest repeat one of the last ten.
const FAR_BACK: usize = 20_000;

/// What the bets of a stream are like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mix {
    /// Over how many games they are spread.
    pub(crate) markets: usize,
    /// Whether the first game has 99 of 100 bets.
    pub(crate) hot: bool,
    /// Bytes of remark behind the selection, which make a bet longer; none: no selection.
    pub(crate) remark_bytes: usize,
    /// Whether one in ten was sent before.
    pub(crate) repeats: bool,
    /// What one in a hundred is instead of a bet, of each kind in turn.
    pub(crate) poison: Poisons,
}

impl Mix {
    /// A hundred games, the shortest bets, nothing special.
    pub(crate) const PLAIN: Self = Self {
        markets: 100,
        hot: false,
        remark_bytes: 0,
        repeats: false,
        poison: Poisons::None,
    };
}

/// Which poison is among the bets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Poisons {
    /// None.
    None,
    /// Every kind. The large one makes the whole stream several times as long.
    Every,
    /// Every kind but the large one.
    Small,
}

impl Poisons {
    fn kinds(self) -> &'static [Poison] {
        match self {
            Self::None => &[],
            Self::Every => POISONS,
            Self::Small => &POISONS[1..],
        }
    }
}

/// The messages of one stream, the same whenever they are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Messages {
    mix: Mix,
    run: Uuid,
    count: usize,
}

impl Messages {
    pub(crate) fn new(mix: Mix, run: Uuid, count: usize) -> Self {
        Self { mix, run, count }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The messages as they are published.
    pub(crate) fn iter(self) -> impl Iterator<Item = Vec<u8>> {
        (0..self.count).map(move |number| match self.poison_at(number) {
            Some((_, spoil)) => spoil(&self.bet(number)),
            None => self.bet(number).json(),
        })
    }

    /// What must become of them.
    pub(crate) fn outcomes(&self) -> Outcomes {
        let mut outcomes = Outcomes::default();
        for number in 0..self.count {
            match self.poison_at(number) {
                Some((Fate::Refused, _)) => outcomes.refused += 1,
                Some((Fate::DeadLetter, _)) => outcomes.dead_letters += 1,
                None if self.repeated(number).is_some() => outcomes.already_recorded += 1,
                None => outcomes.recorded += 1,
            }
        }
        outcomes
    }

    fn poison_at(&self, number: usize) -> Option<Poison> {
        let kinds = self.mix.poison.kinds();
        (!kinds.is_empty() && number % 100 == 99).then(|| kinds[number / 100 % kinds.len()])
    }

    /// The bet that this one repeats.
    fn repeated(&self, number: usize) -> Option<usize> {
        if !self.mix.repeats || number % 10 != 9 {
            return None;
        }
        let near = number - 9;
        let far = near.checked_sub(FAR_BACK).filter(|_| number % 20 == 9);
        Some(far.unwrap_or(near))
    }

    fn bet(&self, number: usize) -> Bet {
        let number = self.repeated(number).unwrap_or(number);
        let Mix { markets, hot, .. } = self.mix;
        let game = if !hot {
            number % markets
        } else if number % 100 == 50 {
            1 + number / 100 % (markets - 1)
        } else {
            0
        };
        Bet {
            id: self.id(number),
            neighbour: self.id(number.saturating_sub(1)),
            game,
            amount: number % 900 + 1,
            remark_bytes: self.mix.remark_bytes,
        }
    }

    /// Ids as clients make them: without any order.
    fn id(&self, number: usize) -> Uuid {
        Uuid::new_v5(&self.run, &number.to_le_bytes())
    }
}

/// A good bet.
struct Bet {
    id: Uuid,
    neighbour: Uuid,
    game: usize,
    amount: usize,
    remark_bytes: usize,
}

impl Bet {
    fn json(&self) -> Vec<u8> {
        self.with(self.id, "moneyline", &self.amount.to_string())
    }

    fn with_amount(&self, amount: &str) -> Vec<u8> {
        self.with(self.id, "moneyline", amount)
    }

    fn with_type(&self, bet_type: &str) -> Vec<u8> {
        self.with(self.id, bet_type, "42")
    }

    fn with(&self, id: Uuid, bet_type: &str, amount: &str) -> Vec<u8> {
        // What stands behind `**` is kept and not counted.
        let selection = match self.remark_bytes {
            0 => String::new(),
            bytes => format!(r#","selection":"home ** {}""#, "remark ".repeat(bytes / 7)),
        };
        let game = self.game;
        format!(
            r#"{{"id":"{id}","game_id":"game_{game}","bet_type":"{bet_type}","amount":{amount},"timestamp":"2026-11-23T14:25:35.123456789+01:00"{selection}}}"#
        )
        .into_bytes()
    }
}

#[derive(Clone, Copy)]
enum Fate {
    Refused,
    DeadLetter,
}

type Poison = (Fate, fn(&Bet) -> Vec<u8>);

/// Every kind of poison, made of a good bet; the large one first.
const POISONS: &[Poison] = &[
    // As long as a broker takes it by default.
    (Fate::DeadLetter, |bet| bet.with_type(&"x".repeat(900_000))),
    (Fate::DeadLetter, cut_off),
    (Fate::DeadLetter, not_utf8),
    (Fate::DeadLetter, deeply_nested),
    (Fate::DeadLetter, |_| br#"{"game_id":"game_1"}"#.to_vec()),
    (Fate::DeadLetter, |bet| bet.with_amount("\"42\"")),
    (Fate::DeadLetter, |bet| bet.with_amount("NaN")),
    (Fate::DeadLetter, |bet| bet.with_type(r"money\u0000line")),
    (Fate::Refused, |bet| bet.with_amount("1e400")),
    (Fate::Refused, |bet| bet.with_amount("-5")),
    (Fate::Refused, |bet| {
        bet.with(bet.neighbour, "moneyline", "901")
    }),
];

fn cut_off(bet: &Bet) -> Vec<u8> {
    bet.json()[..60].to_vec()
}

fn not_utf8(bet: &Bet) -> Vec<u8> {
    let mut bytes = bet.json();
    bytes[60] = 0xff;
    bytes
}

fn deeply_nested(_: &Bet) -> Vec<u8> {
    format!(r#"{{"id":{}1{}}}"#, "[".repeat(5_000), "]".repeat(5_000)).into_bytes()
}
