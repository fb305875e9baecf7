//! Proof for auditors: signed heads of the log, and receipts of single events.

use actix_web::{
    HttpResponse, get,
    http::header::ContentType,
    web::{Data, Path},
};
use betstream_events::{
    proof::Prover,
    store::{EventRef, EventStore},
};

use super::events::unknown;
use crate::{
    error::{ApiError, ApiResult, kinds},
    provide::Signer,
    request::EventPath,
};

/// The log as it is now, in a few signed lines, to be kept where the log is not.
#[utoipa::path(
    tag = "proof", operation_id = "proof_head",
    responses((status = 200, body = String, content_type = "text/plain")),
)]
#[get("/proof/head")]
pub(crate) async fn proof_head(signer: Data<Signer>) -> ApiResult {
    let head = prover(&signer)?.head().await?;
    Ok(text(head.to_string()))
}

/// The public key that heads and receipts are checked with.
#[utoipa::path(
    tag = "proof", operation_id = "proof_key",
    responses((status = 200, body = String, content_type = "text/plain")),
)]
#[get("/proof/key")]
pub(crate) async fn proof_key(signer: Data<Signer>) -> ApiResult {
    let key = prover(&signer)?.public_key();
    Ok(text(format!("{key}\n")))
}

/// A receipt for one event, named by its position or its id: a small file that proves it to whoever
/// has the public key.
#[utoipa::path(
    tag = "proof", operation_id = "event_receipt", params(EventPath),
    responses((status = 200, body = serde_json::Value)),
)]
#[get("/events/{event}/receipt")]
pub(crate) async fn event_receipt(
    path: EventPath,
    signer: Data<Signer>,
    log: Data<dyn EventStore>,
) -> ApiResult {
    receipt(path.event, &signer, &**log).await
}

/// A receipt for one bet of the stream, named by its own id.
#[utoipa::path(
    tag = "proof", operation_id = "bet_receipt",
    params(("bet" = uuid::Uuid, Path, description = "The bet's own id")),
    responses((status = 200, body = serde_json::Value)),
)]
#[get("/bets/{bet}/receipt")]
pub(crate) async fn bet_receipt(
    bet: Path<String>,
    signer: Data<Signer>,
    log: Data<dyn EventStore>,
) -> ApiResult {
    let bet = match bet.parse() {
        Ok(bet @ EventRef::Of(_)) => bet,
        _ => {
            let clipped: String = bet.chars().take(40).collect();
            let detail = format!("bet {clipped:?} is no UUID");
            return Err(ApiError::new(&kinds::INVALID_PATH, detail));
        }
    };
    receipt(bet, &signer, &**log).await
}

async fn receipt(event: EventRef, signer: &Signer, log: &dyn EventStore) -> ApiResult {
    let prover = prover(signer)?;
    let row = event.find(log).await?;
    let row = row.ok_or_else(|| unknown(event))?;
    let receipt = prover.receipt(row).await?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .body(receipt.to_text()))
}

fn prover(signer: &Signer) -> Result<&Prover, ApiError> {
    let no_key = || {
        let detail = "this server has no key to sign with; its operator makes one with `betstream audit key new` and names it in BETSTREAM_SIGNING_KEY_FILE";
        ApiError::new(&kinds::NO_SIGNING_KEY, detail)
    };
    signer.0.as_deref().ok_or_else(no_key)
}

fn text(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::plaintext())
        .body(text)
}
