//! What the last transaction of this store knew, exact for as long as nobody else wrote.

use std::collections::HashMap;

use crate::{
    chain::Hash,
    claims::Claim,
    envelope::{Position, StreamName, Version},
    store::plan::Plan,
};

/// Most streams, and most claims, that are remembered from chunk to chunk: a few megabytes.
const MOST_ENTRIES: usize = 50_000;

/// Versions and claims by what the log was when they were found.
#[derive(Default)]
pub(super) struct Cache {
    end: Option<(Position, Hash)>,
    versions: HashMap<StreamName, Version>,
    claims: HashMap<Claim, Option<StreamName>>,
}

impl Cache {
    /// Forgets everything, unless the log still ends where this store left it.
    /// Gives whether it does.
    pub(super) fn holds_at(&mut self, end: (Position, Hash)) -> bool {
        let holds = self.end == Some(end);
        if !holds {
            self.forget();
            self.end = Some(end);
        }
        holds
    }

    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Forgets everything when it has grown too large. Never called while a chunk is looked up.
    pub(super) fn prune(&mut self) {
        if self.versions.len().max(self.claims.len()) > MOST_ENTRIES {
            self.forget();
        }
    }

    /// The version of `stream`, where it is known; `Version::NONE` is knowledge too.
    pub(super) fn version(&self, stream: &StreamName) -> Option<Version> {
        self.versions.get(stream).copied()
    }

    /// The holder of `claim`, where it is known; that there is none is knowledge too.
    pub(super) fn holder(&self, claim: &Claim) -> Option<&Option<StreamName>> {
        self.claims.get(claim)
    }

    /// Remembers what was found.
    pub(super) fn learn_version(&mut self, stream: StreamName, version: Version) {
        self.versions.insert(stream, version);
    }

    /// Remembers what was found.
    pub(super) fn learn_holder(&mut self, claim: Claim, holder: Option<StreamName>) {
        self.claims.insert(claim, holder);
    }

    /// Takes over what a committed plan changed.
    pub(super) fn commit(&mut self, plan: &mut Plan) {
        if let Some(block) = &plan.block {
            self.end = Some((block.last, block.hash));
        }
        for (stream, version) in plan.versions.drain() {
            self.learn_version(stream, version);
        }
        for (claim, holder) in plan.claims.drain() {
            self.learn_holder(claim, holder);
        }
    }
}
