//! Where memory comes from, by the allocator's own samples.
//!
//! The allocator must be told at its start that it may be asked, which costs every process a little,
//! so that only one with an admin listener is told: it [begins again](make_possible) in place. Samples
//! are taken while somebody looks, or from the start with `_RJEM_MALLOC_CONF=prof:true,prof_active:true`.

use std::{os::unix::process::CommandExt, process::Command, time::Duration};

use actix_web::web;
use betstream_web::error::{ApiError, kinds};
use jemalloc_pprof::{JemallocProfCtl, PROF_CTL};
use tokio::sync::OwnedMutexGuard;

/// Where the allocator looks for what it shall do.
const VARIABLE: &str = "_RJEM_MALLOC_CONF";
/// That it may be asked, and does nothing until then.
const MAY_BE_ASKED: &str = "prof:true,prof_active:false";

/// Begins this process again, with the same number, arguments and files, when its allocator was not
/// told that it may be asked. Must be called before anything was begun.
pub(crate) fn make_possible() {
    let said = std::env::var(VARIABLE).unwrap_or_default();
    if PROF_CTL.is_some() || said.contains("prof:") {
        return;
    }
    let conf = if said.is_empty() {
        MAY_BE_ASKED.to_owned()
    } else {
        format!("{said},{MAY_BE_ASKED}")
    };
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return tracing::warn!(%error, "there will be no heap profiles"),
    };
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1)).env(VARIABLE, conf);
    let error = again.exec();
    tracing::warn!(%error, "there will be no heap profiles");
}

/// Samples being taken; dropped at any time, that ends when it was us who began it.
struct Looking {
    allocator: OwnedMutexGuard<JemallocProfCtl>,
    took_before: bool,
}

impl Drop for Looking {
    fn drop(&mut self) {
        if !self.took_before
            && let Err(error) = self.allocator.deactivate()
        {
            tracing::warn!(%error, "the allocator goes on to take samples");
        }
    }
}

/// What was allocated and is still in use: since the start where samples are taken from there, else of
/// the next `seconds`.
///
/// # Errors
/// `profile_running` while somebody else looks; `profile_unavailable` when the allocator cannot tell.
pub(super) async fn profile(seconds: u32) -> Result<Vec<u8>, ApiError> {
    let allocator = PROF_CTL.clone().ok_or_else(|| {
        let detail = format!(
            "the allocator was not told that it may be asked: start the process with {VARIABLE}={MAY_BE_ASKED}"
        );
        ApiError::new(&kinds::PROFILE_UNAVAILABLE, detail)
    })?;
    let mut allocator = allocator.try_lock_owned().map_err(|_| {
        ApiError::new(
            &kinds::PROFILE_RUNNING,
            "another profile of the heap is being taken; come again when it is done",
        )
    })?;
    let took_before = allocator.activated();
    if !took_before {
        allocator.activate().map_err(unavailable)?;
    }
    let mut looking = Looking {
        allocator,
        took_before,
    };
    if !took_before {
        tokio::time::sleep(Duration::from_secs(seconds.into())).await;
    }
    let written = web::block(move || looking.allocator.dump_pprof());
    let written = written
        .await
        .map_err(|error| ApiError::defect(&error.to_string()))?;
    written.map_err(unavailable)
}

fn unavailable(error: impl std::fmt::Display) -> ApiError {
    ApiError::new(
        &kinds::PROFILE_UNAVAILABLE,
        format!("the allocator does not tell (it writes to a file below TMPDIR): {error}"),
    )
}
