//! Labels and the values they take.

/// A label of a measure.
#[derive(Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// The values it takes, all of them unless [`Self::open`].
    pub values: &'static [&'static str],
    /// Where its further values come from, when they cannot be listed here; bounded all the same.
    pub open: Option<&'static str>,
}

impl Label {
    /// A label that takes these values.
    pub(super) const fn of(name: &'static str, values: &'static [&'static str]) -> Self {
        Self {
            name,
            values,
            open: None,
        }
    }

    /// A label whose further values come `from` a list that another crate keeps.
    pub(super) const fn open(
        name: &'static str,
        values: &'static [&'static str],
        from: &'static str,
    ) -> Self {
        Self {
            name,
            values,
            open: Some(from),
        }
    }

    /// Where `value` stands among the values; the last one, which is `other` where there is one, for
    /// a value that is none of them.
    pub(super) fn index_of(&self, value: &str) -> usize {
        let found = self.values.iter().position(|known| *known == value);
        debug_assert!(
            found.is_some() || self.values.last() == Some(&"other"),
            "{value:?} is no value of the label {}",
            self.name
        );
        found.unwrap_or(self.values.len().saturating_sub(1))
    }
}
