//! Profiles of the running process, on a listener of their own that is off by default.
//!
//! `/debug/pprof/profile` says where the processor's time goes, `/debug/pprof/heap` where memory comes
//! from; both are gzipped pprof protobuf with names, as `go tool pprof` reads it. Looking costs
//! something and may, in theory, end the process; nobody who can only reach the API can do it.
//!
//! Reading order: [`server`], then [`cpu`] and [`heap`].

mod cpu;
pub(crate) mod heap;
pub(crate) mod server;
