//! Whether a Redis is fit to keep counters.

use std::collections::HashMap;

use ::redis::{aio::ConnectionManager, cmd};

/// What is unfit, as sentences; nothing when the server cannot be asked (it may forbid it).
pub(super) async fn unfit_settings(connection: &mut ConnectionManager) -> Vec<String> {
    let mut unfit = Vec::new();
    let mut ask = cmd("CONFIG");
    ask.arg("GET").arg("maxmemory-policy");
    let settings: HashMap<String, String> = ask.query_async(connection).await.unwrap_or_default();
    if let Some(policy) = settings.get("maxmemory-policy")
        && policy != "noeviction"
    {
        unfit.push(format!(
            "maxmemory-policy is {policy}, counters may be evicted: set it to noeviction"
        ));
    }
    let info: String = cmd("INFO")
        .query_async(connection)
        .await
        .unwrap_or_default();
    let field = |name: &str| {
        info.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
    };
    if let Some(role) = field("role")
        && role != "master"
    {
        unfit.push(format!("the server's role is {role}: name the primary"));
    }
    if let Some(mode) = field("redis_mode")
        && mode != "standalone"
    {
        unfit.push(format!(
            "the server runs in {mode} mode: a single primary is needed"
        ));
    }
    unfit
}
