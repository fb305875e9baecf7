//! The handles that outsiders hold: typed, cheap to clone, never an actor's address.

mod account;
mod batch;
mod dead_letter;
mod gate;
mod projection;
mod repeat;

pub use account::AccountCommands;
pub use batch::{BatchCommands, BetTerms};
pub use dead_letter::DeadLetterCommands;
pub use gate::{Gate, Pass};
pub use projection::ProjectionDecider;
pub(crate) use repeat::Repeats;
