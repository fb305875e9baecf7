//! What can happen to a piece of what passes, once.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// Which way something passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From a client to the server.
    ToServer,
    /// From the server to a client.
    ToClient,
}

/// A piece of what passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What the client's first words contain; empty for any client.
    pub of: &'static [u8],
    /// Which way it passes.
    pub way: Way,
    /// What it contains.
    pub sign: &'static [u8],
}

/// What happens to a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is lost, and the connection ends.
    Cut,
    /// Neither it nor anything behind it arrives; the connection stays.
    Hold,
    /// These bytes, as many as the sign has, arrive in the place of the sign.
    Replace(&'static [u8]),
}

/// The fault that was planned, and how many were met.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    planned: Mutex<Option<(Piece, Fault)>>,
    met: AtomicUsize,
}

impl Faults {
    pub(crate) fn plan(&self, piece: Piece, fault: Fault) {
        *self.planned.lock().unwrap_or_else(PoisonError::into_inner) = Some((piece, fault));
    }

    pub(crate) fn met(&self) -> usize {
        self.met.load(Ordering::SeqCst)
    }

    /// The fault that `bytes` meet, if they do. A replacement is made here.
    pub(crate) fn meet(&self, way: Way, greeting: &[u8], bytes: &mut [u8]) -> Option<Fault> {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        let (piece, fault) = (*planned)?;
        if piece.way != way || (!piece.of.is_empty() && find(greeting, piece.of).is_none()) {
            return None;
        }
        let at = find(bytes, piece.sign)?;
        if let Fault::Replace(others) = fault {
            bytes[at..at + piece.sign.len()].copy_from_slice(others);
        }
        *planned = None;
        self.met.fetch_add(1, Ordering::SeqCst);
        Some(fault)
    }
}

fn find(bytes: &[u8], sign: &[u8]) -> Option<usize> {
    bytes.windows(sign.len()).position(|window| window == sign)
}
