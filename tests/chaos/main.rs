//! Whatever befalls the process, nothing that was acknowledged is lost, doubled or invented.
//!
//! In each cycle clients work ([`load`]) and write down what they were told ([`ledger`]), a live
//! client watches ([`watcher`]), and something befalls the process at a moment or at a fault point
//! ([`plan`], [`cycle`]). At its end the log is read by SQL ([`log`]) and compared with the ledger,
//! and `betstream check` must hold. [`failover`] takes the database's primary away instead. `make test`
//! runs a cycle of each kind, `make chaos` and `make failover` as many as asked.

mod cycle;
mod failover;
mod figures;
mod ledger;
mod load;
mod log;
mod plan;
mod site;
#[path = "../system/support/mod.rs"]
mod support;
mod watcher;

use std::{panic::AssertUnwindSafe, time::Duration};

use betstream_events::fault::Point;
use futures::{FutureExt, StreamExt, stream};

use figures::Figures;
use plan::{Database, Fate, Moment, Needs, Plan, Roads};

/// Cycles that run beside each other: they wait more than they work.
const AT_ONCE: usize = 3;
/// Cycles drawn from a seed in `make test`.
const FEW: u32 = 4;

/// Without fault points in the binary nothing would befall it, and every cycle would pass.
fn needs_fault_points() {
    if !cfg!(feature = "fault-points") {
        panic!(
            "no fault points in the binary: run through `make test`, or with --features fault-points"
        );
    }
}

/// Runs every plan; tells each, fails when one did not go as it should.
async fn all_hold(plans: impl IntoIterator<Item = (String, Plan)>, at_once: usize) {
    needs_fault_points();
    let run = async |(name, plan): (String, Plan)| {
        // What panics there is one failed cycle, not the end of the run.
        let cycle = AssertUnwindSafe(cycle::run(plan)).catch_unwind();
        (name, plan, cycle.await)
    };
    let mut cycles = stream::iter(plans).map(run).buffer_unordered(at_once);
    let mut figures = Figures::default();
    while let Some((name, plan, outcome)) = cycles.next().await {
        match outcome {
            Ok(outcome) => {
                figures.add(&outcome);
                let verdict = &outcome.verdict;
                let recovery = outcome.recovery;
                let ready = recovery.ready.map_or_else(
                    || "lived on".to_owned(),
                    |ready| format!("ready {:.2} s", ready.as_secs_f64()),
                );
                println!(
                    "{name}  {plan}: acknowledged {}, {ready}, caught up {:.2} s{}",
                    verdict.acknowledged,
                    recovery.caught_up.as_secs_f64(),
                    verdict.faults(),
                );
            }
            Err(_told_by_the_panic) => {
                figures.add_failed();
                println!("{name}  {plan}: FAILED");
            }
        }
    }
    println!("\n{figures}");
    assert!(figures.hold(), "not everything held: see above");
}

fn each_point(database: Database, roads: impl Fn(Needs) -> bool) -> Vec<(String, Plan)> {
    let points = plan::served().filter(|point| roads(Needs::of(*point)));
    points
        .map(|point| (point.name().to_owned(), Plan::at(database, point)))
        .collect()
}

fn each(plans: impl IntoIterator<Item = (Database, Roads, Fate)>) -> Vec<(String, Plan)> {
    let plans = plans.into_iter().zip(1..);
    plans
        .map(|((database, roads, fate), seed)| {
            let plan = Plan {
                database,
                roads,
                fate,
                seed,
            };
            (format!("{seed}"), plan)
        })
        .collect()
}

#[tokio::test]
async fn sigkill_at_each_fault_point_on_the_embedded_store() {
    all_hold(each_point(Database::Sqlite, |needs| !needs.stream), AT_ONCE).await;
}

#[tokio::test]
async fn sigkill_at_each_fault_point_on_postgres() {
    all_hold(
        each_point(Database::Postgres, |needs| !needs.stream),
        AT_ONCE,
    )
    .await;
}

#[tokio::test]
async fn sigkill_at_each_fault_point_of_the_stream() {
    all_hold(
        each_point(Database::Postgres, |needs| needs.stream),
        AT_ONCE,
    )
    .await;
}

#[tokio::test]
async fn sigterm_under_load_finishes_or_refuses_what_is_in_hand() {
    let fate = Fate::Terminate(Duration::from_millis(1_000));
    let plans = each([
        (Database::Sqlite, Roads::HTTP, fate),
        (Database::Postgres, Roads::ALL, fate),
    ]);
    all_hold(plans, AT_ONCE).await;
}

#[tokio::test]
async fn a_process_that_stood_still_applies_nothing_twice_when_it_goes_on() {
    let at = |point, passing| Fate::Stop(Moment::At(point, passing));
    let plans = each([
        (
            Database::Sqlite,
            Roads::HTTP,
            Fate::Stop(Moment::After(Duration::from_millis(1_000))),
        ),
        (
            Database::Postgres,
            Roads::HTTP,
            at(Point::BeforeMigration, 1),
        ),
        (
            Database::Postgres,
            Roads::HTTP,
            at(Point::AfterMigration, 2),
        ),
        (Database::Postgres, Roads::HTTP, at(Point::InsideAppend, 20)),
        (
            Database::Postgres,
            Roads::HTTP,
            at(Point::InsideViewCommit, 10),
        ),
        (
            Database::Postgres,
            Roads::HTTP,
            at(Point::BeforeViewCommit, 10),
        ),
        (Database::Postgres, Roads::ALL, at(Point::BeforeCounters, 2)),
        (
            Database::Postgres,
            Roads::ALL,
            at(Point::AfterCommitBeforeAck, 100),
        ),
    ]);
    all_hold(plans, AT_ONCE).await;
}

#[tokio::test]
async fn a_panic_costs_no_more_than_the_work_in_hand() {
    let survived = plan::served().filter(|point| Needs::of(*point).survives_panic);
    let plans = survived.flat_map(|point| {
        [Database::Sqlite, Database::Postgres]
            .map(|database| (database, Roads::HTTP, Fate::Panic(point, 10)))
    });
    all_hold(each(plans), AT_ONCE).await;
}

/// `make failover N=20`; in `make test` one promotion.
#[tokio::test]
async fn a_standby_takes_the_place_of_its_primary_and_nothing_is_lost() {
    let count = number_asked("BETSTREAM_FAILOVER_PROMOTIONS").unwrap_or(1);
    let promotions = failover::promote(count as usize, 1).await;
    println!("\n{promotions}");
    assert!(promotions.hold(), "not everything held: see above");
}

/// A number that the environment names.
fn number_asked(name: &str) -> Option<u64> {
    let asked = std::env::var(name).ok().filter(|text| !text.is_empty());
    asked.map(|text| text.parse().expect("a number"))
}

/// `make chaos N=300 SEED=7`; in `make test` a few cycles of one seed.
#[tokio::test]
async fn cycles_drawn_from_a_seed() {
    let cycles = number_asked("BETSTREAM_CHAOS_CYCLES").unwrap_or(FEW.into());
    let seed = number_asked("BETSTREAM_CHAOS_SEED").unwrap_or(1);
    let first = number_asked("BETSTREAM_CHAOS_FIRST").unwrap_or(1);
    let last = first + cycles - 1;
    println!("seed {seed}, cycles {first} to {last}, {AT_ONCE} beside each other");
    let plans = (first..first + cycles).map(|number| {
        let plan = Plan::drawn(seed, number as u32);
        (format!("seed {seed} cycle {number:>4}"), plan)
    });
    all_hold(plans, AT_ONCE).await;
}
