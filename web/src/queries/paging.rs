//! Pages: `limit`, an opaque `cursor`, and the `Link` to the next one.

use actix_web::{HttpRequest, HttpResponseBuilder, http::header::LINK};
use betstream_projections::{Cursor, PageRequest};

use crate::{
    error::{ApiError, kinds},
    limits::MAX_PAGE,
    request::Params,
};

/// Which part of which list is wanted.
pub(super) struct Paging {
    request: PageRequest,
    list: String,
}

impl Paging {
    /// Reads `limit` and `cursor`. `list` names the list and its filter; a cursor of another one is
    /// refused.
    pub(super) fn read(params: &Params, list: String) -> Result<Self, ApiError> {
        let limit = params.number("limit", 1, MAX_PAGE)?;
        let after = params
            .text("cursor")
            .map(|text| place(text, &list))
            .transpose()?;
        Ok(Self {
            request: PageRequest { limit, after },
            list,
        })
    }

    /// What the projection is asked for.
    pub(super) const fn request(&self) -> PageRequest {
        self.request
    }

    /// The same, for a list that is never given whole.
    pub(super) fn at_most(&self, limit: u32) -> PageRequest {
        PageRequest {
            limit: Some(self.request.limit.unwrap_or(limit)),
            ..self.request
        }
    }

    /// Says where the list goes on.
    pub(super) fn link(
        &self,
        response: &mut HttpResponseBuilder,
        request: &HttpRequest,
        next: Option<Cursor>,
    ) {
        if let Some(next) = next {
            let cursor = format!("{next}-{}", tag(&self.list));
            link_next(response, request, &cursor);
        }
    }
}

/// Says where the list goes on: the same request with `cursor`.
pub(crate) fn link_next(response: &mut HttpResponseBuilder, request: &HttpRequest, cursor: &str) {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let kept = url::form_urlencoded::parse(request.query_string().as_bytes());
    query.extend_pairs(kept.filter(|(key, _)| !matches!(&**key, "cursor" | "min_position")));
    query.append_pair("cursor", cursor);
    response.insert_header((
        LINK,
        format!("<{}?{}>; rel=\"next\"", request.path(), query.finish()),
    ));
}

fn place(text: &str, list: &str) -> Result<Cursor, ApiError> {
    let refuse = || {
        ApiError::new(
            &kinds::INVALID_CURSOR,
            "the cursor is not one that this list gave",
        )
    };
    let (cursor, tagged) = text.rsplit_once('-').ok_or_else(refuse)?;
    if tagged != tag(list) {
        return Err(refuse());
    }
    cursor.parse().map_err(|_| refuse())
}

/// Eight digits that follow from the list's name and filter.
pub(super) fn tag(list: &str) -> String {
    blake3::hash(list.as_bytes()).to_hex()[..8].to_owned()
}
