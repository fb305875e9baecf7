//! Any story: steps chosen at random, each of which makes sense when it is taken.

use betstream_events::store::AppendRequest;
use proptest::prelude::*;

use super::Story;

/// Any story of so many steps, as requests.
pub(crate) fn stories(steps: std::ops::Range<usize>) -> impl Strategy<Value = Vec<AppendRequest>> {
    prop::collection::vec((0_u8..20, any::<u16>()), steps).prop_map(|choices| {
        let mut story = Story::default();
        choices
            .into_iter()
            .flat_map(|(kind, detail)| story.step(kind, usize::from(detail)))
            .collect()
    })
}

impl Story {
    /// One step; none where the choice makes no sense now.
    fn step(&mut self, kind: u8, detail: usize) -> Option<AppendRequest> {
        let batch = (!self.batches.is_empty()).then(|| detail % self.batches.len().max(1));
        match kind {
            0 | 1 => Some(self.open_account()),
            2 => self
                .accounts
                .get(detail % self.accounts.len().max(1))
                .copied()
                .map(|id| self.rename_account(id)),
            3 if detail.is_multiple_of(3) => self
                .accounts
                .first()
                .copied()
                .map(|id| self.close_account(id)),
            4..=6 => {
                let account = self
                    .accounts
                    .get(detail % self.accounts.len().max(1))
                    .copied()?;
                Some(self.create_batch(account, detail % 4))
            }
            7 | 8 => Some(self.add_bets(batch?, detail % 3)),
            9 | 10 => Some(self.add_stream_bet(batch?, &game(detail), detail as i64 + 1)),
            11 | 12 => self.change_status(batch?, detail),
            13 => self.end_batch(batch?, detail % 3),
            14 => Some(self.refuse(
                &game(detail),
                ["stake_not_positive", "conflicting_duplicate"][detail % 2],
            )),
            _ => {
                let (bet_type, selection) = [
                    ("WIN", Some("3")),
                    ("PLACE", Some("4")),
                    ("QUINELLA", Some("2/1")),
                    ("moneyline", None),
                ][detail % 4];
                Some(self.market_bet(&game(detail), bet_type, selection, detail as i64 + 1))
            }
        }
    }
}

fn game(detail: usize) -> String {
    format!("game_{}", detail % 3)
}
