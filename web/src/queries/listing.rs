//! Lists: plain arrays, written as they are read when they are long.

use std::{
    pin::Pin,
    task::{Context, Poll},
    vec,
};

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    body::{BodySize, MessageBody},
    http::header::ContentType,
};
use bytes::Bytes;
use serde::Serialize;

/// How much is written before it is handed on, in bytes.
const CHUNK_BYTES: usize = 64 * 1024;
/// Up to this many items are written at once, with the length said beforehand.
const SHORT: usize = 64;

/// Answers with `items` as an array.
pub(super) fn list<T: Serialize + Unpin + 'static>(
    mut response: HttpResponseBuilder,
    items: Vec<T>,
) -> HttpResponse {
    if items.len() <= SHORT {
        return response.json(items);
    }
    response.insert_header(ContentType::json());
    response.body(JsonArray {
        items: Some(items.into_iter()),
        begun: false,
    })
}

/// A JSON array whose items are written when the connection takes them.
struct JsonArray<T> {
    /// None once the end is written.
    items: Option<vec::IntoIter<T>>,
    begun: bool,
}

impl<T: Serialize + Unpin> MessageBody for JsonArray<T> {
    type Error = serde_json::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let array = self.get_mut();
        let Some(items) = &mut array.items else {
            return Poll::Ready(None);
        };
        let mut chunk = Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 8);
        while chunk.len() < CHUNK_BYTES {
            let Some(item) = items.next() else {
                chunk.extend_from_slice(if array.begun { b"]" } else { b"[]" });
                array.items = None;
                break;
            };
            chunk.push(if array.begun { b',' } else { b'[' });
            array.begun = true;
            if let Err(error) = serde_json::to_writer(&mut chunk, &item) {
                array.items = None;
                return Poll::Ready(Some(Err(error)));
            }
        }
        Poll::Ready(Some(Ok(chunk.into())))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn a_list_is_the_same_array_however_long_it_is() {
        for count in [0, 1, SHORT, SHORT + 1, 50_000] {
            let items: Vec<u32> = (0..count as u32).collect();
            let body = to_bytes(list(HttpResponse::Ok(), items.clone()).into_body())
                .await
                .unwrap();
            assert_eq!(serde_json::from_slice::<Vec<u32>>(&body).unwrap(), items);
        }
    }
}
