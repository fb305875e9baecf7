//! `betstream load http`: commands and reads at a steady rate.

pub(super) mod caller;
pub(super) mod connection;
pub(super) mod desk;
mod tally;

use std::{sync::Arc, time::Instant};

use betstream_events::clock::{Clock, SystemClock};
use betstream_web::operations::generator::BetGenerator;
use parking_lot::Mutex;
use tokio::task::JoinSet;

use self::{
    caller::Caller,
    desk::Desk,
    tally::{HttpReport, Kind, Tally},
};
use super::{
    pacer::{Pacer, Ticket},
    report,
    target::Target,
};
use crate::{cli::LoadHttpArgs, config::Settings};

/// Batches that commands are spread over, and bets of each.
const BATCHES: usize = 20;
const BETS: usize = 5;
/// Games that recorded bets are spread over.
const GAMES: u32 = 100;
/// Of a hundred commands, so many change a status; the others record a bet.
const CHANGES: u64 = 70;
/// Of a hundred reads, so many ask for a bet; the others list batches.
const SINGLE_READS: u64 = 50;

/// Runs the command; says whether every request was answered as it should be.
///
/// # Errors
/// When the server cannot be reached, or may not be loaded.
pub(super) async fn run(args: &LoadHttpArgs, settings: &Settings) -> anyhow::Result<bool> {
    let target = Target::of(&args.target, settings).await?;
    let desk = Arc::new(Desk::open(&target, BATCHES, BETS).await?);
    let pacer = Pacer::start(args.rate, args.seconds);
    let tally = Arc::<Mutex<Tally>>::default();
    let mut working = JoinSet::new();
    for _ in 0..args.connections {
        let worker = Worker {
            caller: Caller::new(target.address),
            desk: desk.clone(),
            pacer: pacer.clone(),
            reads: args.reads.into(),
            bets: BetGenerator::new(GAMES, true).with_decimals(settings.currency.decimals()),
            tally: tally.clone(),
        };
        working.spawn(worker.work());
    }
    while let Some(worked) = working.join_next().await {
        worked?;
    }
    let report = HttpReport::new(args, &tally.lock(), pacer.started().elapsed());
    report::print(&report, args.target.output)?;
    Ok(report.held())
}

/// One connection's work.
struct Worker {
    caller: Caller,
    desk: Arc<Desk>,
    pacer: Arc<Pacer>,
    reads: u64,
    bets: BetGenerator,
    tally: Arc<Mutex<Tally>>,
}

impl Worker {
    async fn work(mut self) {
        while let Some(ticket) = self.pacer.next().await {
            let kind = kind(ticket.number, self.reads);
            let request = self.request(kind, ticket);
            let sent = Instant::now();
            match self.caller.send(&request).await {
                Ok(answer) => {
                    let status = answer.status;
                    self.tally.lock().answered(kind, status, ticket.due, sent);
                }
                Err(error) => self.tally.lock().broken(&error),
            }
        }
    }

    fn request(&mut self, kind: Kind, ticket: Ticket) -> Vec<u8> {
        match kind {
            Kind::ChangeStatus => self.desk.change_one(ticket.number),
            Kind::RecordBet => {
                let bet = self.bets.next(SystemClock.now());
                // A bet is strings and numbers, which JSON always takes.
                self.desk
                    .record(&serde_json::to_string(&bet).unwrap_or_default())
            }
            Kind::ReadBet => self.desk.read_bet(ticket.number),
            Kind::ListBatches => self.desk.list_batches(),
        }
    }
}

/// What the request of this number is: the same mix in every hundred, spread evenly.
fn kind(number: u64, reads: u64) -> Kind {
    // A number without a common factor with a hundred visits each of them once.
    let place = number * 37 % 100;
    let turn = number / 100 * 41 + number * 53;
    if place < reads {
        if turn % 100 < SINGLE_READS {
            Kind::ReadBet
        } else {
            Kind::ListBatches
        }
    } else if turn % 100 < CHANGES {
        Kind::ChangeStatus
    } else {
        Kind::RecordBet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_is_as_asked() {
        for reads in [0, 30, 50, 100] {
            let kinds: Vec<Kind> = (0..10_000).map(|number| kind(number, reads)).collect();
            let of = |wanted| kinds.iter().filter(|kind| **kind == wanted).count() as u64;
            let asked = of(Kind::ReadBet) + of(Kind::ListBatches);
            assert_eq!(asked, reads * 100);
            let changes = of(Kind::ChangeStatus);
            let about = (10_000 - asked) * CHANGES / 100;
            assert!(
                changes.abs_diff(about) <= about / 10,
                "{changes} of {about}"
            );
        }
    }
}
