//! Reading markets.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use betstream_projections::markets::{Market, MarketQueries, MarketSummary};

use super::{PageParams, Paging, ReadParams, list};
use crate::{
    error::{ApiError, ApiResult},
    freshness::Reads,
    request::{GamePath, Params},
};

/// All games, the most recently active first.
#[utoipa::path(
    tag = "markets", operation_id = "list_markets", params(PageParams, ReadParams),
    responses((status = 200, body = Vec<MarketSummary>, headers(("X-View-Position" = i64), ("Link" = String)))),
)]
#[get("/markets")]
pub(crate) async fn list_markets(
    request: HttpRequest,
    params: Params,
    markets: Data<Reads<MarketQueries>>,
) -> ApiResult {
    let paging = Paging::read(&params, "markets".to_owned())?;
    let answer = markets
        .fresh(params.min_position()?)
        .await?
        .list(paging.request())
        .await?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("x-view-position", answer.view_position.0));
    paging.link(&mut response, &request, answer.value.next);
    Ok(list(response, answer.value.items))
}

/// One game with its pools and the tote's approximates.
#[utoipa::path(
    tag = "markets", operation_id = "get_market", params(GamePath, ReadParams),
    responses((status = 200, body = Market, headers(("X-View-Position" = i64)))),
)]
#[get("/markets/{game_id}")]
pub(crate) async fn get_market(
    path: GamePath,
    params: Params,
    markets: Data<Reads<MarketQueries>>,
) -> ApiResult {
    let answer = markets
        .fresh(params.min_position()?)
        .await?
        .market(&path.game_id)
        .await?;
    let unknown = || ApiError::not_found(format!("nobody bet on game {:?}", path.game_id));
    let market = answer.value.ok_or_else(unknown)?;
    Ok(HttpResponse::Ok()
        .insert_header(("x-view-position", answer.view_position.0))
        .json(market))
}
