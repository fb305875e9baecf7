//! Pari-mutuel arithmetic, in integer minor units throughout.
//!
//! The terms are those of W. Va. Code R. 178-05: gross pool G = sales − refunds, takeout
//! T = ⌊G·t⌋, net pool N = G − T, W the money on the winning combination, b the breakage step.
//! A price is what one unit of money pays, its stake included.

use betstream_events::money::Currency;

/// How a pool is shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToteRules {
    /// What the operator keeps, in hundredths of a percent.
    pub takeout_basis_points: i64,
    /// The step to which prices are rounded down, in minor units.
    pub breakage_minor: i64,
    /// How many places are paid in a `PLACE` pool, each from an equal share of the net pool.
    pub places: i64,
    /// The lowest price that is paid, in minor units; a shortfall is the operator's.
    pub minimum_price_minor: Option<i64>,
}

/// 15 % takeout, breakage at one cent, three places, no minimum.
impl Default for ToteRules {
    fn default() -> Self {
        Self {
            takeout_basis_points: 1_500,
            breakage_minor: 1,
            places: 3,
            minimum_price_minor: None,
        }
    }
}

impl ToteRules {
    /// The takeout in percent, for people.
    pub fn takeout_percent(&self) -> f64 {
        self.takeout_basis_points as f64 / 100.0
    }

    /// T = ⌊G·t⌋.
    pub const fn takeout_floor(&self, gross_minor: i128) -> i128 {
        gross_minor * self.takeout_basis_points as i128 / 10_000
    }

    fn shares(&self, bet_type: &str) -> i128 {
        if bet_type == "PLACE" {
            i128::from(self.places.max(1))
        } else {
            1
        }
    }
}

/// What each combination of a pool would pay, were it to win now.
#[derive(Clone, Copy, Debug)]
pub struct Approximates {
    rules: ToteRules,
    net_minor: i128,
    shares: i128,
    minor_per_unit: i128,
}

impl Approximates {
    /// The pool that holds `amounts`, in minor units, one a combination.
    pub fn new(
        rules: &ToteRules,
        bet_type: &str,
        amounts: impl Iterator<Item = i64>,
        currency: Currency,
    ) -> Self {
        let gross: i128 = amounts.map(i128::from).sum();
        Self {
            rules: *rules,
            net_minor: gross - rules.takeout_floor(gross),
            shares: rules.shares(bet_type),
            minor_per_unit: i128::from(currency.minor_per_unit()),
        }
    }

    /// The price of a combination with `amount` on it, in minor units a unit, rounded down to the
    /// breakage step. None without money on it: there is nothing to show.
    pub fn price_minor_floor(&self, amount: i64) -> Option<i64> {
        if amount <= 0 {
            return None;
        }
        let step = i128::from(self.rules.breakage_minor.max(1));
        let price =
            self.net_minor * self.minor_per_unit / (self.shares * i128::from(amount) * step) * step;
        let price = price.max(self.rules.minimum_price_minor.map_or(0, i128::from));
        Some(i64::try_from(price).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rules(takeout_basis_points: i64, breakage_minor: i64) -> ToteRules {
        ToteRules {
            takeout_basis_points,
            breakage_minor,
            ..ToteRules::default()
        }
    }

    fn price(rules: &ToteRules, bet_type: &str, amounts: &[i64], at: usize) -> Option<i64> {
        Approximates::new(rules, bet_type, amounts.iter().copied(), Currency::USD)
            .price_minor_floor(amounts[at])
    }

    /// What `winner` is paid in all, in minor units, and what breakage leaves of the net pool.
    fn settle(rules: &ToteRules, gross: i128, winner: i64, price: i64) -> (i128, i128) {
        let payouts = i128::from(winner) * i128::from(price) / 100;
        (payouts, gross - rules.takeout_floor(gross) - payouts)
    }

    /// Table 178-5C of W. Va. Code R. 178-05.
    #[test]
    fn the_worked_example_of_the_rules_comes_out_to_the_cent() {
        const SALES: i128 = 19_423_000;
        const REFUNDS: i128 = 131_700;
        const WINNER: i64 = 2_387_200;
        let gross = SALES - REFUNDS;
        let amounts = [WINNER, gross as i64 - WINNER];
        for (breakage_minor, expected_price, expected_payouts, expected_breakage) in
            [(10, 660, Some(15_755_520), 63_346), (1, 662, None, 15_602)]
        {
            let rules = rules(1_800, breakage_minor);
            assert_eq!(gross - rules.takeout_floor(gross), 15_818_866);
            let price = price(&rules, "WIN", &amounts, 0).unwrap();
            let (payouts, breakage) = settle(&rules, gross, WINNER, price);
            assert_eq!((price, breakage), (expected_price, expected_breakage));
            assert!(expected_payouts.is_none_or(|expected| expected == payouts));
            assert_eq!(
                payouts + breakage + rules.takeout_floor(gross) + REFUNDS,
                SALES
            );
        }
    }

    /// The example states its approximates rounded to the nearest cent; ours are rounded down.
    #[test]
    fn eight_stakes_give_their_approximates() {
        let stakes = [30, 70, 12, 55, 110, 47, 150, 40].map(|units| units * 100);
        let rules = rules(1_425, 1);
        let pool = Approximates::new(&rules, "WIN", stakes.iter().copied(), Currency::USD);
        let nearest = |stake: i64| (pool.net_minor * 200 / i128::from(stake) + 1) / 2;
        assert_eq!(
            stakes.map(nearest),
            [1469, 630, 3673, 801, 401, 938, 294, 1102]
        );
        let ours = stakes.map(|stake| pool.price_minor_floor(stake).unwrap());
        assert_eq!(ours, [1469, 629, 3673, 801, 400, 937, 293, 1101]);
    }

    proptest! {
        // Amounts of which 15 % is a whole number of cents: then only the price is rounded.
        #[test]
        fn a_pool_is_shared_out_to_the_cent(units in prop::collection::vec(1_i64..100_000, 1..12), breakage in 1_i64..20) {
            let rules = rules(1_500, breakage);
            let amounts: Vec<i64> = units.iter().map(|unit| unit * 100).collect();
            let gross: i128 = amounts.iter().copied().map(i128::from).sum();
            for (at, amount) in amounts.iter().enumerate() {
                let price = price(&rules, "WIN", &amounts, at).unwrap();
                let (payouts, left) = settle(&rules, gross, *amount, price);
                prop_assert_eq!(payouts + left + rules.takeout_floor(gross), gross);
                prop_assert!(left >= 0);
                // Exactly: breakage < b·W/100.
                prop_assert!(left * 100 < i128::from(breakage) * i128::from(*amount));
                prop_assert_eq!(price % breakage, 0);
            }
        }

        #[test]
        fn more_money_never_raises_its_own_price(
            units in prop::collection::vec(1_i64..100_000, 1..12), more in 1_i64..100_000, bet_type in prop::sample::select(vec!["WIN", "PLACE"]),
        ) {
            let rules = ToteRules::default();
            let mut amounts: Vec<i64> = units.iter().map(|unit| unit * 20).collect();
            let before = price(&rules, bet_type, &amounts, 0);
            amounts[0] += more * 20;
            prop_assert!(price(&rules, bet_type, &amounts, 0) <= before);
        }

        #[test]
        fn a_place_pays_its_share_of_the_net_pool(units in prop::collection::vec(1_i64..100_000, 1..12)) {
            let amounts: Vec<i64> = units.iter().map(|unit| unit * 100).collect();
            let rules = ToteRules::default();
            let (win, place) = (price(&rules, "WIN", &amounts, 0).unwrap(), price(&rules, "PLACE", &amounts, 0).unwrap());
            prop_assert_eq!(place, win / rules.places);
        }
    }

    #[test]
    fn no_money_has_no_price_and_a_minimum_is_kept() {
        assert_eq!(price(&ToteRules::default(), "WIN", &[0, 500], 0), None);
        let rules = ToteRules {
            minimum_price_minor: Some(105),
            ..ToteRules::default()
        };
        assert_eq!(price(&rules, "WIN", &[50_000], 0), Some(105));
    }
}
