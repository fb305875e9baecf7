//! A live client that watches the desk through everything that befalls the process, and goes on
//! where it was.

use std::sync::{Arc, Mutex};

use tokio::task::JoinHandle;

use crate::{
    site::{Site, pause, wait_until},
    support::sse::Events,
};

/// A live client at work; it ends when it is dropped.
pub(crate) struct Watcher {
    seen: Arc<Mutex<Seen>>,
    watching: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    /// The last `id` that came.
    last: i64,
    /// The positions of all events that came, in the order in which they came.
    events: Vec<i64>,
    /// Told to load again, or anything else that is out of order.
    faults: Vec<String>,
}

impl Watcher {
    /// Watches from the beginning of the log, by any door that is open.
    pub(crate) fn start(site: &Arc<Site>) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let watching = tokio::spawn(watch(site.clone(), seen.clone()));
        Self { seen, watching }
    }

    /// Waits until it has come as far as `desk`, the positions of the log that concern it; says
    /// what it missed, saw twice or should not have seen.
    pub(crate) async fn faults(self, desk: &[i64]) -> Vec<String> {
        let until = desk.last().copied().unwrap_or_default();
        wait_until("a live client has seen everything", || {
            let seen = self.seen.lock().expect("no panic");
            (seen.last >= until).then_some(())
        })
        .await;
        let seen = self.seen.lock().expect("no panic");
        let mut faults = seen.faults.clone();
        if seen.events != desk {
            let differing = seen.events.iter().zip(desk).find(|(seen, is)| seen != is);
            faults.push(format!(
                "a live client saw {} events of {}; where they part, (seen, is) = {differing:?}",
                seen.events.len(),
                desk.len(),
            ));
        }
        faults
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

async fn watch(site: Arc<Site>, seen: Arc<Mutex<Seen>>) {
    for drawn in 0.. {
        let last = seen.lock().expect("no panic").last.to_string();
        let headers = [("Last-Event-ID", last.as_str())];
        let stream = match site.door(drawn) {
            Some(door) => Events::try_open(&door, "/sse", &headers).await,
            None => None,
        };
        let Some(mut stream) = stream else {
            pause().await;
            continue;
        };
        while let Some(event) = stream.next_or_end().await {
            let mut seen = seen.lock().expect("no panic");
            match (event.name.as_str(), event.id) {
                ("resync", _) => seen
                    .faults
                    .push("a live client was told to load again".to_owned()),
                ("hello" | "ping" | "closing", _) => {}
                (_, Some(position)) => seen.events.push(position),
                (name, None) => seen.faults.push(format!("{name} without a position")),
            }
            seen.last = event.id.unwrap_or(seen.last);
        }
    }
}
