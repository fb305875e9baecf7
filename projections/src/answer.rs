//! What every question is answered with: the value, and up to where it counts.

use std::{fmt, str::FromStr};

use betstream_events::{envelope::Position, store::StoreError};

use crate::views::ViewError;

/// An answer and the position up to which its view had counted, read in one snapshot.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// Up to which position the value counts (`X-View-Position`).
    pub view_position: Position,
    /// The value.
    pub value: T,
}

impl<T> Answer<T> {
    /// The same position with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer {
            view_position: self.view_position,
            value: change(self.value),
        }
    }
}

/// Which part of a list is wanted. The default is all of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageRequest {
    /// At most so many items; none for all.
    pub limit: Option<u32>,
    /// Only what comes after this place.
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// One row more than wanted, which tells whether the list goes on.
    pub(crate) fn rows_wanted(self) -> i64 {
        self.limit.map_or(i64::MAX, |limit| i64::from(limit) + 1)
    }

    pub(crate) fn is_bounded(self) -> bool {
        self.limit.is_some()
    }
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the list goes on, if it does.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts `items` to the limit of `request`; when there were more, the last one kept gives the cursor.
    pub(crate) fn cut(
        mut items: Vec<T>,
        request: PageRequest,
        cursor: impl Fn(&T) -> Cursor,
    ) -> Self {
        let limit = request.limit.map_or(usize::MAX, |limit| limit as usize);
        let goes_on = items.len() > limit;
        items.truncate(limit);
        let next = if goes_on {
            items.last().map(cursor)
        } else {
            None
        };
        Self { items, next }
    }
}

/// A place in a list that is ordered newest first. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The order's first key: microseconds or a position.
    pub(crate) major: i64,
    /// Its second key: an id.
    pub(crate) minor: i64,
}

impl Cursor {
    /// Before everything, in a list that runs downwards.
    pub(crate) const NEWEST: Self = Self {
        major: i64::MAX,
        minor: i64::MAX,
    };
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{:x}", self.major, self.minor)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;
    fn from_str(text: &str) -> Result<Self, CursorError> {
        let read = |part: &str| i64::from_str_radix(part, 16).map_err(|_| CursorError);
        let (major, minor) = text.split_once('.').ok_or(CursorError)?;
        Ok(Self {
            major: read(major)?,
            minor: read(minor)?,
        })
    }
}

/// The text is no cursor that a list of ours gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cursor is not one that a list gave")]
pub struct CursorError;

/// A question that could not be answered.
#[derive(Clone, Debug, thiserror::Error)]
pub enum QueryError {
    /// The views' database did not answer.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// The log did not answer.
    #[error(transparent)]
    Log(#[from] StoreError),
    /// The counters' server did not answer.
    #[error("the odds counters are not available: {0}")]
    Counters(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        let cursor = Cursor {
            major: 1_763_900_000_000_000,
            minor: 42,
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", ".", "12", "1.x", "zz.1"] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text:?}");
        }
    }

    #[test]
    fn a_page_says_where_the_list_goes_on() {
        let cursor = |item: &i64| Cursor {
            major: *item,
            minor: 0,
        };
        let request = PageRequest {
            limit: Some(2),
            after: None,
        };
        assert_eq!(
            Page::cut(vec![3, 2, 1], request, cursor).next,
            Some(Cursor { major: 2, minor: 0 })
        );
        assert_eq!(Page::cut(vec![3, 2], request, cursor).next, None);
        assert_eq!(
            Page::cut(vec![3, 2, 1], PageRequest::default(), cursor)
                .items
                .len(),
            3
        );
    }
}
