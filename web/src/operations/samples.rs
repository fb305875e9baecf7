//! Sample data: what a fresh start offers, made by the same commands that people give.

use actix_web::{HttpResponse, post, web::Data};
use betstream_actors::{
    account::AccountTerms,
    context::CommandContext,
    handle::{AccountCommands, BatchCommands, BetTerms},
};
use betstream_events::{
    account::AccountEvent,
    batch::JsonText,
    envelope::Position,
    event::Event,
    money::{Currency, Money},
};

use super::samples_data::{ACCOUNTS, STAKES, selections};
use crate::{
    api_types::samples::SampleReport,
    commands::CommandHeaders,
    error::{ApiError, ApiResult},
    freshness::OwnWrites,
    request::Asked,
};

/// Load the sample data: five accounts with 22 batches. One of their names in use: 409, and
/// nothing is added.
#[utoipa::path(
    tag = "samples", operation_id = "load_samples", params(CommandHeaders),
    responses((status = 200, body = SampleReport, headers(("X-Log-Position" = i64)))),
)]
#[post("/samples")]
pub(crate) async fn load_samples(
    asked: Asked,
    accounts: Data<AccountCommands>,
    batches: Data<BatchCommands>,
    currency: Data<Currency>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let mut context = asked.context;
    // Each command is one of its own: a key would make the second a repeat of the first.
    context.repeat_key = None;
    context.causes = context.causes.together();
    let (report, position) = load(&accounts, &batches, **currency, &context, &own).await?;
    Ok(HttpResponse::Ok()
        .insert_header(("x-log-position", own.answered(position).0))
        .json(report))
}

/// Loads the sample data, and gives the position of its last event.
///
/// # Errors
/// `name_in_use` when one of the names is; accounts that were opened before it are deleted again.
async fn load(
    accounts: &AccountCommands,
    batches: &BatchCommands,
    currency: Currency,
    context: &CommandContext,
    own: &OwnWrites,
) -> Result<(SampleReport, Position), ApiError> {
    let opened = open_accounts(accounts, context, own).await?;
    let (mut report, mut position) = (SampleReport::default(), Position::START);
    let mut race = 0;
    for (sample, account_id) in ACCOUNTS.iter().zip(opened) {
        report.accounts += 1;
        for bet_type in sample.bet_types {
            race += 1;
            let meta = JsonText::from_valid(
                serde_json::json!({ "bet_type": bet_type, "race_id": race }).to_string(),
            );
            let bets = bets(bet_type, race, currency);
            report.batches += 1;
            report.bets += bets.len() as u64;
            let answer = batches
                .create(account_id, meta, bets, context.clone())
                .await?;
            position = position.max(answer.position);
        }
    }
    Ok((report, position))
}

/// Opens all accounts or none. Who is refused and looks sees none of those that were taken back.
async fn open_accounts(
    accounts: &AccountCommands,
    context: &CommandContext,
    own: &OwnWrites,
) -> Result<Vec<betstream_events::ids::AccountId>, ApiError> {
    let mut opened = Vec::new();
    for sample in &ACCOUNTS {
        let terms = AccountTerms {
            name: sample.name.to_owned(),
            hostname: sample.hostname.to_owned(),
        };
        match accounts.open(terms, context.clone()).await {
            Ok(answer) => {
                if let Event::Account(AccountEvent::Opened(details)) = answer.fact {
                    opened.push(details.account_id);
                }
            }
            Err(error) => {
                for account_id in opened {
                    let deleted = accounts.delete(account_id, context.clone()).await?;
                    own.answered(deleted.position);
                }
                return Err(error.into());
            }
        }
    }
    Ok(opened)
}

/// Two to four bets.
fn bets(bet_type: &str, race: usize, currency: Currency) -> Vec<BetTerms> {
    let bet = |(index, selection): (usize, &str)| {
        let units = STAKES[(race + index) % STAKES.len()];
        let stake = Money::from_minor(units * currency.minor_per_unit(), currency);
        BetTerms {
            number: index as i64 + 1,
            selection: selection.to_owned(),
            stake,
            cost: stake,
        }
    };
    selections(bet_type)
        .into_iter()
        .take(2 + race % 3)
        .enumerate()
        .map(bet)
        .collect()
}
