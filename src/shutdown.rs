//! When to stop: the signals of a supervisor and of a terminal.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask for an end.
pub(crate) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
    /// Heard and passed over: left alone it would end the process, where a write that fails is told
    /// to its caller.
    _file_too_large: Signal,
}

/// A file would grow past what the system allows this process (`ulimit -f`). The number is the same
/// on Linux and the BSDs.
const SIGXFSZ: i32 = 25;

impl StopSignals {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system does not let us.
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            _file_too_large: signal(SignalKind::from_raw(SIGXFSZ))?,
        })
    }

    /// Waits for the next one and names it.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }

    /// From now on, one more signal ends the process at once.
    pub(crate) fn end_at_once_on_the_next(mut self) {
        tokio::spawn(async move {
            let signal = self.next().await;
            tracing::warn!(signal, "a second signal: ending at once");
            // What was acknowledged is in the log; the rest was never acknowledged.
            std::process::exit(130);
        });
    }
}
