//! Answers: everything that can be asked of the log, kept ready.
//!
//! Each projection is a pure fold over the log (`fold`), the shapes it shows (`view`), how its
//! changes are written (`store`) and what it can be asked (`query`).
//!
//! Invariants
//! - Nothing here decides anything or writes to the log; all of it can be deleted and rebuilt.
//! - Changes and checkpoint commit together, and the checkpoint is compared and set: an event is
//!   never applied twice, whoever believes to be the owner.
//! - A failing event pauses its own projection, visibly. It is never skipped.
//! - A checkpoint of another log, another epoch or a position ahead of the log means rebuild.
//!
//! Reading order: [`checkpoint`], [`views`], [`projection`], then [`desk`], [`markets`], [`odds`],
//! [`stats`], [`audit`], [`history`] and [`feed`], the [`runner`], [`rebuild`], [`verify`], and last
//! [`compose`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod checkpoint;
pub mod views;

pub mod answer;
mod part;
pub mod projection;

pub mod desk;
pub mod markets;
pub mod odds;
pub mod stats;

pub mod audit;
pub mod history;

pub mod feed;

mod control;
pub mod lag;
mod pace;
pub mod progress;
pub mod rebuild;
pub mod runner;
pub mod verify;

pub mod catalog;
pub mod compose;

pub use answer::{Answer, Cursor, Page, PageRequest, QueryError};
pub use compose::{ControlError, ProjectionDeps, Projections, ProjectionsError};
pub use control::{FailingEvent, Pause, RebuildStatus};
pub use lag::{ProjectionState, ProjectionStatus};
pub use projection::ProjectionName;
pub use rebuild::{PartError, PartRebuilt, RebuildError, RebuildProgress, RebuildTarget};
pub use verify::{Difference, Divergence};
pub use views::ViewUrl;

#[cfg(test)]
mod testing;
