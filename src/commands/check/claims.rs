//! Claims are derived: those that are held are those that the log leaves held.

use std::collections::BTreeMap;

use betstream_events::{
    claims::{ClaimChange, changes},
    envelope::RecordedEvent,
};

use super::finding::Finding;

/// Gathers who holds what.
#[derive(Default)]
pub(super) struct Claims {
    held: BTreeMap<String, String>,
    faults: Vec<String>,
}

impl Claims {
    /// Takes in one event.
    pub(super) fn see(&mut self, event: &RecordedEvent) {
        for change in changes(&event.event) {
            let stream = event.stream.to_string();
            match change {
                ClaimChange::Take(claim) => {
                    let claim = claim.to_string();
                    if let Some(holder) = self.held.get(&claim).filter(|holder| **holder != stream)
                    {
                        self.faults.push(format!(
                            "position {}: {stream} takes {claim}, which {holder} holds",
                            event.position
                        ));
                    }
                    self.held.insert(claim, stream);
                }
                ClaimChange::Release(claim) => {
                    self.held.remove(&claim.to_string());
                }
            }
        }
    }

    /// Compares with the claims that the store holds.
    pub(super) fn compare(self, stored: Vec<(String, String)>) -> Finding {
        let mut finding = Finding::new("claims are the fold of the log", "claims");
        let stored: BTreeMap<String, String> = stored.into_iter().collect();
        finding.looked_at(self.held.len().max(stored.len()) as u64);
        self.faults
            .into_iter()
            .for_each(|fault| finding.fault(fault));
        for (claim, holder) in &self.held {
            match stored.get(claim) {
                None => finding.fault(format!("{claim} is missing; {holder} should hold it")),
                Some(other) if other != holder => finding.fault(format!(
                    "{claim} is held by {other}; {holder} should hold it"
                )),
                Some(_) => {}
            }
        }
        for (claim, holder) in stored
            .iter()
            .filter(|(claim, _)| !self.held.contains_key(*claim))
        {
            finding.fault(format!(
                "{claim} is held by {holder}; nobody should hold it"
            ));
        }
        finding
    }
}
