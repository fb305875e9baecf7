//! The actor round a runner: a thread of its own, and life after a panic.

use std::{panic::AssertUnwindSafe, time::Duration};

use actix::{Actor, ActorContext, AsyncContext, Context, WrapFuture, fut::ActorFutureExt};
use futures::FutureExt;
use tokio::sync::oneshot;

use super::Runner;
use crate::lag::ProjectionState;

/// How long a runner that panicked rests.
const REST_AFTER_PANIC: Duration = Duration::from_secs(1);

struct ProjectionActor {
    runner: Option<Runner>,
    ended: Option<oneshot::Sender<()>>,
}

impl Actor for ProjectionActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let (Some(runner), Some(ended)) = (self.runner.take(), self.ended.take()) else {
            return;
        };
        let life = async move {
            while AssertUnwindSafe(runner.run()).catch_unwind().await.is_err() {
                tracing::error!(projection = %runner.shared.name, "a projection panicked and starts again");
                runner.shared.status.set_state(ProjectionState::Paused);
                runner
                    .shared
                    .status
                    .set_error(Some("it panicked and starts again".to_owned()));
                tokio::time::sleep(REST_AFTER_PANIC).await;
            }
            let _nobody_waits = ended.send(());
        };
        ctx.spawn(life.into_actor(self).map(|(), _, ctx| ctx.stop()));
    }
}

/// A projection that runs on a thread of its own.
pub(crate) struct RunningProjection {
    arbiter: actix_rt::Arbiter,
    ended: oneshot::Receiver<()>,
}

impl RunningProjection {
    /// Waits until it has committed what it had in hand. Its token must be cancelled before.
    pub(crate) async fn ended(self) {
        let _ended_or_gone = self.ended.await;
        self.arbiter.stop();
    }
}

/// Starts `runner` on a thread of its own. Must be called within an actix system.
pub(crate) fn start(runner: Runner) -> RunningProjection {
    let arbiter = actix_rt::Arbiter::new();
    let (sender, ended) = oneshot::channel();
    ProjectionActor::start_in_arbiter(&arbiter.handle(), move |_| ProjectionActor {
        runner: Some(runner),
        ended: Some(sender),
    });
    RunningProjection { arbiter, ended }
}
