//! The conversation as clients have it: a real server over a real log and its views, in a folder of
//! its own, asked over HTTP.

mod harness;
mod history;

mod access;
mod accounts;
mod bad_bodies;
mod bad_input;
mod batches;
mod bets;
mod causes;
mod dead_letters;
mod documents;
mod events;
mod live;
mod markets;
mod no_such_past;
mod operations;
mod projections;
mod proof;
mod repeats;
mod sockets;
mod stream_bets;
mod versions;
