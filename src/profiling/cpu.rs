//! Where the processor's time goes.

use std::{io::Write, time::Duration};

use actix_web::web;
use betstream_web::error::{ApiError, kinds};
use flate2::{Compression, write::GzEncoder};
use pprof::{ProfilerGuardBuilder, protos::Message};

/// Samples a second of processor time: no whole number of anything that the process does.
const SAMPLES_A_SECOND: i32 = 99;
/// Libraries in which a thread is not interrupted to look at its stack: it may hold a lock there that
/// looking needs too.
const LEFT_ALONE: [&str; 4] = ["libc", "libgcc", "pthread", "vdso"];

/// Looks for so long at what every thread does, and writes it down.
///
/// # Errors
/// `profile_running` while somebody else looks; `profile_unavailable` when the system does not let us.
pub(super) async fn profile(seconds: u32) -> Result<Vec<u8>, ApiError> {
    let builder = ProfilerGuardBuilder::default()
        .frequency(SAMPLES_A_SECOND)
        .blocklist(&LEFT_ALONE);
    // Dropped at any time, by a caller who leaves too, it stops to look.
    let looking = builder.build().map_err(refused)?;
    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
    let written = web::block(move || {
        let profile = looking.report().build()?.pprof()?;
        drop(looking);
        let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
        zipped.write_all(&profile.encode_to_vec())?;
        Ok(zipped.finish()?)
    });
    let written: Result<Vec<u8>, pprof::Error> = written
        .await
        .map_err(|error| ApiError::defect(&error.to_string()))?;
    written.map_err(refused)
}

fn refused(error: pprof::Error) -> ApiError {
    match error {
        pprof::Error::Running => ApiError::new(
            &kinds::PROFILE_RUNNING,
            "another profile of the processor is being taken; come again when it is done",
        ),
        other => ApiError::new(
            &kinds::PROFILE_UNAVAILABLE,
            format!("the processor's time cannot be looked at: {other}"),
        ),
    }
}
