//! Selections: which runners a bet is on, checked by the grammar of the five racing bet types.

use std::fmt;

/// A selection as it was written, and in the one form in which equal bets are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selection {
    written: String,
    canonical: String,
}

impl Selection {
    /// Longest selection, in bytes.
    pub const MAX_BYTES: usize = 2_000;

    /// Checks `written` for a bet of `bet_type`. Text from `**` on and spaces round legs are
    /// ignored for the check and kept as written. Types without a grammar take any text.
    ///
    /// # Errors
    /// [`SelectionError`], which names the leg and the rule.
    pub fn parse(bet_type: Option<&str>, written: &str) -> Result<Self, SelectionError> {
        if written.len() > Self::MAX_BYTES {
            return Err(SelectionError::TooLong {
                bytes: written.len(),
            });
        }
        if written.contains('\0') {
            return Err(SelectionError::Nul);
        }
        let legs_text = written.split("**").next().unwrap_or_default().trim();
        let Some(grammar) = bet_type.and_then(Grammar::of) else {
            if legs_text.is_empty() {
                return Err(SelectionError::Empty);
            }
            return Ok(Self {
                written: written.to_owned(),
                canonical: legs_text.to_owned(),
            });
        };
        Ok(Self {
            written: written.to_owned(),
            canonical: grammar.canonical(legs_text)?,
        })
    }

    /// A selection from the log, where both forms are kept.
    pub fn from_recorded(written: String, canonical: Option<String>) -> Self {
        let canonical = canonical.unwrap_or_else(|| written.clone());
        Self { written, canonical }
    }

    /// As the sender wrote it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The form under which it is counted: `2/1` of a quinella is `1/2`.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// How many legs a bet type has, and whether their order matters.
#[derive(Clone, Copy)]
struct Grammar {
    name: &'static str,
    legs: usize,
    ordered: bool,
}

const GRAMMARS: [Grammar; 5] = [
    Grammar {
        name: "WIN",
        legs: 1,
        ordered: true,
    },
    Grammar {
        name: "PLACE",
        legs: 1,
        ordered: true,
    },
    Grammar {
        name: "QUINELLA",
        legs: 2,
        ordered: false,
    },
    Grammar {
        name: "EXACTA",
        legs: 2,
        ordered: true,
    },
    Grammar {
        name: "TRIFECTA",
        legs: 3,
        ordered: true,
    },
];

impl Grammar {
    fn of(bet_type: &str) -> Option<Self> {
        GRAMMARS
            .into_iter()
            .find(|grammar| grammar.name == bet_type)
    }

    fn canonical(self, legs_text: &str) -> Result<String, SelectionError> {
        let mut runners = Vec::with_capacity(self.legs);
        for leg in legs_text.split('/') {
            let runner = parse_runner(leg.trim())?;
            if runners.contains(&runner) {
                return Err(SelectionError::RepeatedRunner { runner });
            }
            runners.push(runner);
        }
        if runners.len() != self.legs {
            return Err(SelectionError::WrongLegs {
                bet_type: self.name,
                expected: self.legs,
                found: runners.len(),
            });
        }
        if !self.ordered {
            runners.sort_unstable();
        }
        Ok(runners
            .iter()
            .map(u8::to_string)
            .collect::<Vec<_>>()
            .join("/"))
    }
}

fn parse_runner(leg: &str) -> Result<u8, SelectionError> {
    let well_formed = matches!(leg.as_bytes(), [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']);
    let refuse = || SelectionError::BadRunner {
        leg: leg.chars().take(40).collect(),
    };
    if well_formed {
        leg.parse().map_err(|_| refuse())
    } else {
        Err(refuse())
    }
}

/// Why a selection breaks the grammar of its bet type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// Longer than [`Selection::MAX_BYTES`].
    #[error("selection has {bytes} bytes, at most 2000 are allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Holds a NUL character.
    #[error("selection holds a NUL character")]
    Nul,
    /// Nothing but space.
    #[error("selection is empty")]
    Empty,
    /// A leg that is no runner from 1 to 99.
    #[error("{leg:?} is no runner from 1 to 99")]
    BadRunner {
        /// The leg as written.
        leg: String,
    },
    /// The same runner twice.
    #[error("runner {runner} stands twice")]
    RepeatedRunner {
        /// The runner.
        runner: u8,
    },
    /// More or fewer legs than the bet type has.
    #[error("{bet_type} takes {expected} legs, not {found}")]
    WrongLegs {
        /// The bet type.
        bet_type: &'static str,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bet_type_has_its_grammar() {
        let table = [
            ("WIN", "3", Ok("3")),
            ("WIN", " 3 ** the favourite", Ok("3")),
            ("PLACE", "99", Ok("99")),
            ("QUINELLA", "2/1", Ok("1/2")),
            ("EXACTA", "2 / 1", Ok("2/1")),
            ("TRIFECTA", "3/1/2", Ok("3/1/2")),
            ("moneyline", "home", Ok("home")),
            ("moneyline", " ", Err(SelectionError::Empty)),
            (
                "WIN",
                "03",
                Err(SelectionError::BadRunner { leg: "03".into() }),
            ),
            (
                "WIN",
                "0",
                Err(SelectionError::BadRunner { leg: "0".into() }),
            ),
            (
                "WIN",
                "100",
                Err(SelectionError::BadRunner { leg: "100".into() }),
            ),
            (
                "WIN",
                "",
                Err(SelectionError::BadRunner { leg: String::new() }),
            ),
            (
                "EXACTA",
                "4/4",
                Err(SelectionError::RepeatedRunner { runner: 4 }),
            ),
            (
                "EXACTA",
                "4",
                Err(SelectionError::WrongLegs {
                    bet_type: "EXACTA",
                    expected: 2,
                    found: 1,
                }),
            ),
        ];
        for (bet_type, written, expected) in table {
            let found = Selection::parse(Some(bet_type), written);
            assert_eq!(
                found.as_ref().map(Selection::canonical),
                expected.as_ref().map(|text| *text),
                "{bet_type} {written}"
            );
            if let Ok(selection) = found {
                assert_eq!(selection.written(), written);
            }
        }
    }
}
