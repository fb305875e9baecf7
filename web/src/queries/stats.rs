//! Reading statistics.

use actix_web::{HttpResponse, get, web::Data};
use betstream_projections::{
    odds::OddsCounters,
    stats::{StatsQueries, StatsSeries, TableStats},
};
use utoipa::IntoParams;

use crate::{error::ApiResult, operations::system::SystemFacts, request::Params};

/// How long a series is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct SeriesParams {
    /// How many seconds, up to the last whole one; 300 without it.
    #[param(minimum = 1, maximum = 86_400)]
    seconds: Option<u32>,
}

/// Bets and money by second, oldest first, without gaps.
#[utoipa::path(
    tag = "stats", operation_id = "stats_series", params(SeriesParams),
    responses((status = 200, body = StatsSeries, headers(("X-View-Position" = i64)))),
)]
#[get("/stats/series")]
pub(crate) async fn stats_series(params: Params, stats: Data<StatsQueries>) -> ApiResult {
    const USUAL_SECONDS: u32 = 300;
    let seconds = params
        .number("seconds", 1, StatsQueries::MAX_SECONDS)?
        .unwrap_or(USUAL_SECONDS);
    let series = stats.series(seconds).await?;
    Ok(HttpResponse::Ok()
        .insert_header(("x-view-position", series.view_position.0))
        .json(series.value))
}

/// Stored bets, odds updates of all games, and bets that wait in the stream.
#[utoipa::path(tag = "stats", operation_id = "table_stats", responses((status = 200, body = TableStats)))]
#[get("/stats")]
pub(crate) async fn table_stats(
    stats: Data<StatsQueries>,
    odds: Data<dyn OddsCounters>,
    facts: Data<dyn SystemFacts>,
) -> ApiResult {
    let (totals, odds) = (stats.totals().await?, odds.total().await?);
    Ok(HttpResponse::Ok().json(TableStats {
        bets_table_row_count: totals.value.bets,
        total_odds: odds.updates,
        pending_bets: facts.broker().pending_bets,
    }))
}
