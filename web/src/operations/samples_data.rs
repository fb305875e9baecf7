//! The sample: five accounts and 22 batches of races, small enough to look through.

/// A sample account and the bet types of its batches.
pub(super) struct SampleAccount {
    pub(super) name: &'static str,
    pub(super) hostname: &'static str,
    /// One batch for each, in this order.
    pub(super) bet_types: &'static [&'static str],
}

pub(super) const ACCOUNTS: [SampleAccount; 5] = [
    SampleAccount {
        name: "Northfield Racing",
        hostname: "northfield.betting.example",
        bet_types: &["WIN", "PLACE", "QUINELLA", "EXACTA", "TRIFECTA"],
    },
    SampleAccount {
        name: "Harbour Syndicate",
        hostname: "harbour.betting.example",
        bet_types: &["WIN", "WIN", "EXACTA", "TRIFECTA"],
    },
    SampleAccount {
        name: "Silverstone Club",
        hostname: "silverstone.betting.example",
        bet_types: &["PLACE", "QUINELLA", "QUINELLA", "WIN"],
    },
    SampleAccount {
        name: "Meridian Partners",
        hostname: "meridian.betting.example",
        bet_types: &["TRIFECTA", "EXACTA", "WIN", "PLACE", "QUINELLA"],
    },
    SampleAccount {
        name: "Old Mill Stables",
        hostname: "oldmill.betting.example",
        bet_types: &["WIN", "PLACE", "EXACTA", "TRIFECTA"],
    },
];

/// Selections of a bet type; a batch takes its first two, three or four.
pub(super) fn selections(bet_type: &str) -> [&'static str; 4] {
    match bet_type {
        "QUINELLA" => ["1/2", "3/5", "2/7", "4/6"],
        "EXACTA" => ["1/2", "2/1", "5/3", "7/4"],
        "TRIFECTA" => ["1/2/3", "3/1/2", "5/2/7", "4/6/1"],
        _ => ["3", "1", "7", "5"],
    }
}

/// Stakes in units of money, taken in turn; the cost of a bet is its stake.
pub(super) const STAKES: [i64; 6] = [6, 10, 25, 4, 50, 12];

#[cfg(test)]
mod tests {
    use betstream_events::selection::Selection;

    use super::*;

    #[test]
    fn the_sample_is_five_accounts_and_22_batches_of_good_selections() {
        let batches: usize = ACCOUNTS.iter().map(|account| account.bet_types.len()).sum();
        assert_eq!((ACCOUNTS.len(), batches), (5, 22));
        for bet_type in ["WIN", "PLACE", "QUINELLA", "EXACTA", "TRIFECTA"] {
            for selection in selections(bet_type) {
                assert!(
                    Selection::parse(Some(bet_type), selection).is_ok(),
                    "{bet_type} {selection}"
                );
            }
        }
    }
}
