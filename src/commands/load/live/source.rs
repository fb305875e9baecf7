//! The events that clients hear of: commands at a steady rate.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use parking_lot::Mutex;
use tokio::{sync::mpsc, task::JoinSet};

use super::crowd::Answered;
use crate::commands::load::{
    http::{caller::Caller, desk::Desk},
    pacer::Pacer,
};

/// Commands that may be under way at the same time.
const CONNECTIONS: usize = 8;

/// What became of the commands.
#[derive(Default)]
pub(super) struct Commands {
    pub(super) answered: u64,
    pub(super) failed: BTreeMap<String, u64>,
}

/// Sends a command whenever one is due and tells `answered` of each event.
pub(super) async fn cause(
    address: SocketAddr,
    desk: Arc<Desk>,
    pacer: Arc<Pacer>,
    answered: mpsc::UnboundedSender<Answered>,
) -> Commands {
    let commands = Arc::<Mutex<Commands>>::default();
    let mut working = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (desk, pacer) = (desk.clone(), pacer.clone());
        let (answered, commands) = (answered.clone(), commands.clone());
        working.spawn(async move {
            let mut caller = Caller::new(address);
            while let Some(ticket) = pacer.next().await {
                let request = desk.change_all(ticket.number);
                match send(&mut caller, &request).await {
                    Ok(position) => {
                        commands.lock().answered += 1;
                        // Nobody listens any more when the crowd failed; it says why.
                        let _gone = answered.send((position, ticket.due));
                    }
                    Err(error) => {
                        let mut commands = commands.lock();
                        *commands.failed.entry(format!("{error:#}")).or_default() += 1;
                    }
                }
            }
        });
    }
    while working.join_next().await.is_some() {}
    std::mem::take(&mut *commands.lock())
}

async fn send(caller: &mut Caller, request: &[u8]) -> anyhow::Result<i64> {
    let answer = caller.send(request).await?;
    match answer.position {
        Some(position) if answer.status < 300 => Ok(position),
        _ => anyhow::bail!("answered with {}", answer.status),
    }
}
