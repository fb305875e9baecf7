//! Query parameters, read by name and refused by name.

use std::{
    future::{Ready, ready},
    str::FromStr,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use betstream_events::envelope::Position;

use crate::error::{ApiError, kinds};

/// The query parameters of a request. Unknown ones are ignored; of a repeated one the first counts.
#[derive(Clone, Debug, Default)]
pub struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// The parameter as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that may be given several times, or as a list with commas.
    pub fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.pairs.iter().filter(move |(key, _)| key == name);
        named
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    /// The names and values, as they were given.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The parameter read as a `T`.
    ///
    /// # Errors
    /// `invalid_parameter`, which names it; `expected` says what would be right.
    pub fn read<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| invalid(name, text, expected))
    }

    /// The parameter is not what it should be.
    pub fn wrong(&self, name: &str, expected: &str) -> ApiError {
        invalid(name, self.text(name).unwrap_or_default(), expected)
    }

    /// A whole number from `least` to `most`.
    ///
    /// # Errors
    /// `invalid_parameter`, which names it.
    pub fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, ApiError> {
        let expected = format!("a number from {least} to {most}");
        match self.read::<u32>(name, &expected)? {
            Some(number) if !(least..=most).contains(&number) => {
                Err(invalid(name, &number.to_string(), &expected))
            }
            number => Ok(number),
        }
    }

    /// `min_position`: the position that the view must have reached.
    ///
    /// # Errors
    /// `invalid_parameter`, which names it.
    pub fn min_position(&self) -> Result<Option<Position>, ApiError> {
        Ok(self.read("min_position", "a log position")?.map(Position))
    }
}

/// A parameter that is not what it should be.
pub(super) fn invalid(name: &str, text: &str, expected: &str) -> ApiError {
    let clipped: String = text.chars().take(40).collect();
    ApiError::new(
        &kinds::INVALID_PARAMETER,
        format!("{name} {clipped:?} is not {expected}"),
    )
}

impl FromRequest for Params {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let query = request.query_string();
        let pairs = if query.is_empty() {
            Vec::new()
        } else {
            url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect()
        };
        ready(Ok(Self { pairs }))
    }
}
