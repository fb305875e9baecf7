//! What passes between the log and its Postgres.

use crate::{
    Proxy,
    fault::{Fault, Piece, Way},
};

/// `COMMIT` as a simple query.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";
/// How the server says that a commit is done.
const COMMITTED: &[u8] = b"C\0\0\0\x0bCOMMIT\0";
/// By what the log's connections are told from those of the views, which commit, too.
const OF_THE_LOG: &[u8] = b"application_name\0betstream\0";

/// What happens to the next commit of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// It passes, and the connection ends before its answer comes through.
    LoseTheAnswer,
    /// It passes, and its answer never comes; the connection stays.
    HoldTheAnswer,
    /// The connection ends before the server sees it.
    LoseTheCommit,
}

impl Proxy {
    /// Lets this happen to the next commit of the log.
    pub fn next_commit(&self, commits: Commits) {
        let (way, sign, fault) = match commits {
            Commits::LoseTheAnswer => (Way::ToClient, COMMITTED, Fault::Cut),
            Commits::HoldTheAnswer => (Way::ToClient, COMMITTED, Fault::Hold),
            Commits::LoseTheCommit => (Way::ToServer, COMMIT, Fault::Cut),
        };
        let of = OF_THE_LOG;
        self.meet(Piece { of, way, sign }, fault);
    }
}
