//! Stories against the running binary, told by clients that know nothing of our code.
//!
//! Each story has a database of its own; those that need servers find them by the variables that
//! `make test` sets. Stories wait for what they tell, never for a time.

mod support;

/// Tells each story once on the embedded store and once on Postgres.
macro_rules! on_both_databases {
    ($($story:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $story() {
                super::$story(crate::support::World::sqlite()).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $story() {
                super::$story(crate::support::World::postgres().await).await;
            })*
        }
    };
}

mod access;
mod accounts;
mod archiving;
mod asking;
mod auditing;
mod bad_input;
mod batches;
mod bundling;
mod checking;
mod command_line;
mod dashboard;
mod dashboards;
mod dead_letters;
mod durability;
mod forwarding;
mod full_disk;
mod history;
mod hot_market;
mod lifecycle;
mod live;
mod live_crowd;
mod looking_after;
mod losing_nats;
mod losing_postgres;
mod losing_redis;
mod measuring;
mod migrating;
mod poison;
mod processes;
mod profiling;
mod proxied;
mod racing;
mod repeats;
mod requests;
mod roles;
mod rolling;
mod streaming;
mod tracing_work;
