//! `betstream check`: every invariant that can be seen on a store, each with the number of things
//! it was checked on.

mod claims;
mod finding;
mod order;
mod outcomes;
mod totals;
mod transitions;
mod walk;
