//! Pools as they are shown: each selection with its price, in the order of runners.

use betstream_events::money::{Currency, Money};

use super::{
    tote::{Approximates, ToteRules},
    view::{Pool, PoolSelection},
};

/// How pools are shown.
#[derive(Clone, Copy, Debug)]
pub struct Pricing {
    /// The currency of the log.
    pub currency: Currency,
    /// How pools are shared out.
    pub rules: ToteRules,
}

/// What a pool holds, in minor units.
pub(super) struct PoolTotals {
    pub(super) bet_type: String,
    pub(super) bets: i64,
    pub(super) sales: i64,
    pub(super) unselected_bets: i64,
    pub(super) unselected_amount: i64,
    /// Selection, bets and amount.
    pub(super) selections: Vec<(String, i64, i64)>,
}

impl Pricing {
    /// So much money.
    pub(super) fn money(&self, minor: i64) -> Money {
        Money::from_minor(minor, self.currency)
    }

    /// The pool with the price of each selection, from the money that named one.
    pub(super) fn pool(&self, totals: PoolTotals) -> Pool {
        let PoolTotals {
            bet_type,
            bets,
            sales,
            unselected_bets,
            unselected_amount,
            selections,
        } = totals;
        let amounts = selections.iter().map(|(_, _, amount)| *amount);
        let approximates = Approximates::new(&self.rules, &bet_type, amounts, self.currency);
        let priced = |(selection, bets, amount): (String, i64, i64)| PoolSelection {
            selection,
            bets,
            amount: self.money(amount),
            price: approximates
                .price_minor_floor(amount)
                .map(|minor| self.money(minor)),
        };
        let mut selections: Vec<PoolSelection> = selections.into_iter().map(priced).collect();
        selections.sort_by_cached_key(|selection| runners(&selection.selection));
        Pool {
            bet_type,
            bets,
            sales: self.money(sales),
            unselected_bets,
            unselected_amount: self.money(unselected_amount),
            takeout_percent: self.rules.takeout_percent(),
            breakage: self.money(self.rules.breakage_minor),
            selections,
        }
    }
}

/// `2/10` comes before `10/2`: by number where legs are numbers, and those before all others.
fn runners(selection: &str) -> (Vec<u32>, String) {
    let legs = selection
        .split('/')
        .map(|leg| leg.parse().unwrap_or(u32::MAX))
        .collect();
    (legs, selection.to_owned())
}
