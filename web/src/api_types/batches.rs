//! What callers send about batches.

use betstream_actors::handle::BetTerms;
use betstream_events::{
    batch::JsonText,
    money::{Currency, Money},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{
    error::{ApiError, kinds},
    request::Numeric,
};

/// A batch to create.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewBatch<'a> {
    /// The sender's own description, any JSON object; its `bet_type` is the type of its bets.
    #[serde(borrow)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub meta: &'a RawValue,
    /// Its first bets.
    #[serde(borrow)]
    pub bets: Vec<NewBet<'a>>,
}

/// A bet to place.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewBet<'a> {
    /// The client's own number for it.
    pub id: i64,
    /// What it is on.
    #[schema(value_type = String, example = "1/2", max_length = 2000)]
    pub selection: String,
    /// What is staked.
    #[serde(borrow)]
    #[schema(value_type = f64, exclusive_minimum = 0, example = 6.0)]
    pub stake: Numeric<'a>,
    /// What it debits.
    #[serde(borrow)]
    #[schema(value_type = f64, minimum = 0, example = 2.0)]
    pub cost: Numeric<'a>,
}

/// More bets for an open batch.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AddBets<'a> {
    /// The bets.
    #[serde(borrow)]
    pub bets: Vec<NewBet<'a>>,
    /// Why.
    #[schema(required = false)]
    pub reason: Option<String>,
}

/// Why an open batch is taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct WithdrawBatch {
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

impl NewBatch<'_> {
    /// The description as it is kept.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn meta_text(&self) -> Result<JsonText, ApiError> {
        let text = self.meta.get();
        if text.starts_with('{') {
            return Ok(JsonText::from_valid(text));
        }
        Err(ApiError::field(
            &kinds::INVALID_FIELD,
            "/meta",
            "meta is no JSON object",
        ))
    }
}

/// The bets' terms, with money read from its literal text.
///
/// # Errors
/// The first amount that is no money of `currency`, with its pointer.
pub fn terms(bets: Vec<NewBet<'_>>, currency: Currency) -> Result<Vec<BetTerms>, ApiError> {
    let terms = |(index, bet): (usize, NewBet<'_>)| {
        let money = |field: &str, amount: Numeric<'_>| {
            Money::parse(amount.literal(), currency).map_err(|error| {
                ApiError::field(
                    &kinds::REFUSED,
                    format!("/bets/{index}/{field}"),
                    error.to_string(),
                )
            })
        };
        let (stake, cost) = (money("stake", bet.stake)?, money("cost", bet.cost)?);
        Ok(BetTerms {
            number: bet.id,
            selection: bet.selection,
            stake,
            cost,
        })
    };
    bets.into_iter().enumerate().map(terms).collect()
}
