//! Everything that can be asked, on one page.

use actix_web::{
    HttpResponse,
    middleware::Compress,
    web::{self, ServiceConfig},
};
use utoipa_actix_web::{scope, service_config};
use utoipa_swagger_ui::SwaggerUi;

use crate::{
    assets, commands, documents,
    error::{ApiError, kinds},
    live, operations, queries,
};

/// The API: what is in its document, by construction. (Only services are collected there, never
/// bare routes.)
pub fn api(config: &mut service_config::ServiceConfig) {
    config.service(scope::scope("/api/v1").configure(|v1| {
        // The routes that are asked most come first: the router tries them in this order.
        v1.service(commands::bets::change_bet)
            .service(queries::accounts::list_accounts)
            .service(queries::batches::list_batches)
            .service(commands::stream_bets::record_bets)
            .service(commands::accounts::create_account)
            .service(queries::accounts::get_account)
            .service(commands::accounts::update_account)
            .service(commands::accounts::delete_account)
            .service(commands::batches::create_batch)
            .service(queries::batches::get_batch)
            .service(commands::batches::submit_batch)
            .service(commands::batches::withdraw_batch)
            .service(commands::bets::add_bets)
            .service(commands::bets::change_bets)
            .service(queries::bets::get_bet)
            .service(queries::markets::list_markets)
            .service(queries::markets::get_market)
            .service(queries::history::stream_state)
            .service(queries::history::stream_difference)
            .service(queries::history::stream_history)
            .service(queries::stats::stats_series)
            .service(queries::event_types::event_types)
            .service(queries::export::export)
            .service(queries::failures::outcomes)
            .service(queries::failures::failures)
            .service(queries::dead_letters::dead_letters)
            .service(queries::dead_letters::get_dead_letter)
            .service(commands::dead_letters::retry_dead_letter)
            .service(commands::dead_letters::discard_dead_letter)
            .service(commands::dead_letters::retry_dead_letters)
            .service(commands::dead_letters::discard_dead_letters)
            .service(queries::proof::proof_head)
            .service(queries::proof::proof_key)
            .service(queries::proof::event_receipt)
            .service(queries::proof::bet_receipt)
            .service(queries::events::list_events)
            .service(queries::events::count_events)
            .service(queries::events::get_event)
            .service(queries::events::event_tree)
            .service(queries::events::correlation_tree)
            .service(operations::projections::list_projections)
            .service(operations::projections::get_projection)
            .service(operations::projections::rebuild_projection)
            .service(operations::projections::cancel_rebuild)
            .service(operations::projections::rebuild_part)
            .service(operations::projections::pause_projection)
            .service(operations::projections::resume_projection)
            .service(operations::projections::retry_event)
            .service(operations::projections::skip_event)
            .service(operations::system::system)
            .service(operations::session::session)
            .service(operations::session::sign_in)
            .service(operations::session::sign_out)
            .service(operations::samples::load_samples)
            .service(operations::simulation::start_simulation)
            .service(operations::simulation::simulation)
            .service(operations::simulation::stop_simulation);
    }));
    health_and_metrics(config);
    config
        .service(queries::stats::table_stats)
        .service(live::sse::live)
        .service(live::ws::live_figures);
}

/// What a process answers for itself, whatever else it does.
fn health_and_metrics(config: &mut service_config::ServiceConfig) {
    config
        .service(operations::health::health)
        .service(operations::health::livez)
        .service(operations::health::readyz)
        .service(operations::metrics::show_metrics);
}

/// Everything: the API, its pages, and the console.
pub fn configure(config: &mut ServiceConfig) {
    api(&mut service_config::ServiceConfig::new(config));
    config
        .route("/", web::get().to(assets::root))
        .route("/", web::head().to(assets::root))
        .route("/api-docs/asyncapi.json", web::get().to(asyncapi))
        .service(
            SwaggerUi::new("/swagger-ui/{_:.*}")
                .url("/api-docs/openapi.json", documents::document().clone()),
        )
        .service(
            web::scope("/assets")
                .wrap(Compress::default())
                .default_service(web::to(assets::fallback)),
        )
        .default_service(web::to(assets::fallback));
}

/// Health and metrics alone, for a process that takes no part in the conversation.
pub fn configure_operations(config: &mut ServiceConfig) {
    health_and_metrics(&mut service_config::ServiceConfig::new(config));
    config.default_service(web::to(not_served));
}

async fn not_served() -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(
        &kinds::NOT_FOUND,
        "this process serves health and metrics alone; ask one with the role api (BETSTREAM_ROLES)",
    ))
}

async fn asyncapi() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(documents::ASYNCAPI)
}
