//! What the process stands on: what was chosen for each need, by which variable, and how it is.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use betstream_actors::ingest::{IngestState, IngestStatus};
use betstream_events::store::url::{StoreUrl, masked};
use betstream_projections::ViewUrl;
use betstream_telemetry::measures::stores;
use betstream_web::api_types::system::{Need, NeedName, NeedState};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::config::Settings;

/// How long a server may take at the start before it is said that it is missing.
const SAY_AFTER: Duration = Duration::from_secs(1);

/// The needs as they were chosen and as they are; cheap to clone.
#[derive(Clone)]
pub(crate) struct Needs {
    needs: Arc<Mutex<Vec<Watched>>>,
    began: Instant,
}

/// A need, and whether it was said that its server does not answer.
struct Watched {
    need: Need,
    missed: bool,
}

impl Needs {
    /// What `settings` choose. Servers count as not connected until they are seen.
    pub(crate) fn of(settings: &Settings) -> Self {
        let server = |is_server: bool| {
            if is_server {
                NeedState::Connecting
            } else {
                NeedState::Embedded
            }
        };
        let need = |need: NeedName, choice: String, variable: &str, state: NeedState| Need {
            need,
            choice,
            variable: Some(variable.to_owned()),
            state,
        };
        let is_postgres = matches!(settings.database, StoreUrl::Postgres(_));
        let views = ViewUrl::beside(&settings.database).to_string();
        let odds = settings
            .redis
            .as_deref()
            .map_or_else(|| "a table of the views".to_owned(), masked);
        let nats = settings.nats.as_deref().map(masked);
        let by = if settings.roles.ingest {
            ""
        } else {
            ", taken by other processes"
        };
        let stream = nats.as_ref().map_or_else(
            || "HTTP alone: POST /api/v1/bets".to_owned(),
            |nats| format!("{nats}, stream {}{by}", settings.stream.stream),
        );
        let needs = vec![
            need(
                NeedName::Log,
                settings.database.to_string(),
                "DATABASE_URL",
                server(is_postgres),
            ),
            need(NeedName::Views, views, "DATABASE_URL", server(is_postgres)),
            need(
                NeedName::Odds,
                odds,
                "REDIS_URL",
                server(settings.redis.is_some()),
            ),
            need(
                NeedName::Stream,
                stream,
                "NATS_URL",
                server(settings.nats.is_some()),
            ),
            need(
                NeedName::Nudges,
                nats.unwrap_or_else(|| "in this process".to_owned()),
                "NATS_URL",
                server(settings.nats.is_some()),
            ),
        ];
        let watched = needs.into_iter().map(|need| Watched {
            need,
            missed: false,
        });
        Self {
            needs: Arc::new(Mutex::new(watched.collect())),
            began: Instant::now(),
        }
    }

    /// One line for each need: what was chosen, and which variable changes it.
    pub(crate) fn announce(&self) {
        for Need {
            need,
            choice,
            variable,
            ..
        } in self.now()
        {
            let variable = variable.unwrap_or_default();
            tracing::info!("{}: {choice} (change it with {variable})", word(need));
        }
    }

    /// The needs as they are.
    pub(crate) fn now(&self) -> Vec<Need> {
        self.needs
            .lock()
            .iter()
            .map(|watched| watched.need.clone())
            .collect()
    }

    /// Whether every server that was chosen is connected.
    pub(crate) fn are_met(&self) -> bool {
        self.needs
            .lock()
            .iter()
            .all(|watched| watched.need.state != NeedState::Connecting)
    }

    /// Shows them to the metrics.
    pub(crate) fn show(&self) {
        for Watched { need, .. } in self.needs.lock().iter() {
            let server = match need.need {
                NeedName::Log => "log",
                NeedName::Views => "views",
                NeedName::Odds => "odds",
                NeedName::Stream => "stream",
                NeedName::Nudges => "nudges",
            };
            let answers = need.state != NeedState::Connecting;
            let answers = f64::from(u8::from(answers));
            stores::CONNECTED.of([server]).set(answers);
        }
    }

    /// Notes whether the server behind `name` answers. What is embedded stays so.
    pub(crate) fn note(&self, name: NeedName, answers: bool) {
        let mut needs = self.needs.lock();
        let servers = needs.iter_mut().filter(|watched| {
            watched.need.need == name && watched.need.state != NeedState::Embedded
        });
        for Watched { need, missed } in servers {
            let was_there = need.state == NeedState::Connected;
            let (what, choice) = (word(name), &need.choice);
            let variable = need.variable.as_deref().unwrap_or_default();
            if answers && !was_there {
                tracing::info!("{what}: {choice} is connected");
            } else if !answers && was_there {
                tracing::warn!("{what}: {choice} does not answer ({variable}); trying on");
            } else if !answers && !*missed && self.began.elapsed() >= SAY_AFTER {
                tracing::warn!("{what}: {choice} is not there yet ({variable}); trying on");
                *missed = true;
            }
            *missed |= !answers && was_there;
            need.state = if answers {
                NeedState::Connected
            } else {
                NeedState::Connecting
            };
        }
    }
}

/// Whether ingest pulls; where there is none, nothing is missing.
pub(crate) fn pulls(status: Option<&watch::Receiver<IngestStatus>>) -> bool {
    status.is_some_and(|status| status.borrow().state == IngestState::Pulling)
}

const fn word(need: NeedName) -> &'static str {
    match need {
        NeedName::Log => "log",
        NeedName::Views => "views",
        NeedName::Odds => "odds counters",
        NeedName::Stream => "bet stream",
        NeedName::Nudges => "nudges and figures",
    }
}
