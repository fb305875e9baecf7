//! What the writer remembers of the log, so that a busy stream needs no query.

use std::{collections::HashMap, hash::Hash};

use rusqlite::Connection;

use super::{rows, sql};
use crate::{
    claims::Claim,
    envelope::{StreamName, Version},
    store::{StoreError, plan::Plan},
};

/// Entries before a map is emptied: some 8 MB at most.
const ENTRIES_REMEMBERED: usize = 50_000;

/// Versions and claim holders as of the last commit. Exact, for nobody else writes.
#[derive(Debug, Default)]
pub(super) struct Memory {
    versions: HashMap<StreamName, Version>,
    /// With the claims that nobody holds.
    claims: HashMap<Claim, Option<StreamName>>,
}

impl Memory {
    /// The version of `stream`, from memory or from the log.
    pub(super) fn version(
        &mut self,
        connection: &Connection,
        stream: &StreamName,
    ) -> Result<Version, StoreError> {
        if let Some(version) = self.versions.get(stream) {
            return Ok(*version);
        }
        let found = rows::find(connection, sql::FIND_VERSION, [stream.to_string()], |row| {
            row.get::<_, Option<i64>>(0)
        })?;
        let version = found.flatten().map_or(Version::NONE, Version);
        remember(&mut self.versions, stream.clone(), version);
        Ok(version)
    }

    /// The holder of `claim`, from memory or from its table.
    pub(super) fn holder(
        &mut self,
        connection: &Connection,
        claim: &Claim,
    ) -> Result<Option<StreamName>, StoreError> {
        if let Some(holder) = self.claims.get(claim) {
            return Ok(holder.clone());
        }
        let holder = find_holder(connection, claim)?;
        remember(&mut self.claims, claim.clone(), holder.clone());
        Ok(holder)
    }

    /// Takes in what was committed.
    pub(super) fn committed(&mut self, plan: &Plan) {
        for (stream, version) in &plan.versions {
            remember(&mut self.versions, stream.clone(), *version);
        }
        for (claim, holder) in &plan.claims {
            remember(&mut self.claims, claim.clone(), holder.clone());
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The holder of `claim` in its table.
pub(super) fn find_holder(
    connection: &Connection,
    claim: &Claim,
) -> Result<Option<StreamName>, StoreError> {
    let found = rows::find(connection, sql::FIND_CLAIM, [claim.to_string()], |row| {
        row.get::<_, String>(0)
    })?;
    let unreadable = |error| {
        StoreError::Unusable(format!(
            "the holder of the claim {claim} cannot be read: {error}"
        ))
    };
    found
        .map(|holder| holder.parse().map_err(unreadable))
        .transpose()
}

fn remember<K: Eq + Hash, V>(map: &mut HashMap<K, V>, key: K, value: V) {
    if map.len() >= ENTRIES_REMEMBERED && !map.contains_key(&key) {
        map.clear();
    }
    map.insert(key, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_memory_starts_again() {
        let mut map = HashMap::new();
        for entry in 0..ENTRIES_REMEMBERED {
            remember(&mut map, entry, ());
        }
        remember(&mut map, 7, ());
        assert_eq!(map.len(), ENTRIES_REMEMBERED);
        remember(&mut map, ENTRIES_REMEMBERED, ());
        assert_eq!(map.into_keys().collect::<Vec<_>>(), [ENTRIES_REMEMBERED]);
    }
}
