//! Idempotency keys before the decision: a known key is answered again, a running one refused.

use std::{collections::HashSet, sync::Arc};

use betstream_events::store::ReadStream;
use parking_lot::Mutex;

use crate::{
    answer::Answer,
    context::{CommandContext, RepeatKey},
    entity::repeat,
    error::CommandError,
};

/// The keys of the commands in hand, and the way to the ones that were answered.
#[derive(Clone)]
pub(crate) struct Repeats {
    store: Arc<dyn ReadStream>,
    running: Arc<Mutex<HashSet<RepeatKey>>>,
}

/// A key in hand; dropping it ends that.
pub(crate) struct RunningKey {
    key: Option<RepeatKey>,
    running: Arc<Mutex<HashSet<RepeatKey>>>,
}

impl Drop for RunningKey {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.running.lock().remove(key);
        }
    }
}

impl Repeats {
    pub(crate) fn new(store: Arc<dyn ReadStream>) -> Self {
        Self {
            store,
            running: Arc::default(),
        }
    }

    /// The first answer under the context's key, if there is one; otherwise marks it as running.
    ///
    /// # Errors
    /// [`CommandError::KeyRunning`], [`CommandError::KeyReused`], or the store's failure.
    pub(crate) async fn look_up<R>(
        &self,
        context: &CommandContext,
    ) -> Result<(Option<Answer>, RunningKey), CommandError<R>> {
        let idle = RunningKey {
            key: None,
            running: self.running.clone(),
        };
        let Some(key) = &context.repeat_key else {
            return Ok((None, idle));
        };
        if !self.running.lock().insert(key.clone()) {
            return Err(CommandError::KeyRunning {
                key: key.key.clone(),
            });
        }
        drop(idle);
        let running = RunningKey {
            key: Some(key.clone()),
            running: self.running.clone(),
        };
        match self.store.idempotent_answer(&key.scope, &key.key).await? {
            Some(first) => Ok((Some(repeat(context, &first)?), running)),
            None => Ok((None, running)),
        }
    }
}
