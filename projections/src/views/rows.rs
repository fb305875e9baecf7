//! Answers of a view store, read cell by cell in the order of the columns.

use super::{Value, ViewError};

/// Rows, all of the same width.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    width: usize,
    cells: Vec<Value>,
}

impl Rows {
    /// No rows yet, each of `width` columns.
    pub(crate) const fn with_width(width: usize) -> Self {
        Self {
            width,
            cells: Vec::new(),
        }
    }

    /// The next cell of the row under way.
    pub(crate) fn push(&mut self, cell: Value) {
        self.cells.push(cell);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Reads every row with `read`.
    ///
    /// # Errors
    /// The first [`ViewError`] of `read`.
    pub fn read<T>(
        mut self,
        read: impl FnMut(&mut RowReader<'_>) -> Result<T, ViewError>,
    ) -> Result<Vec<T>, ViewError> {
        let width = self.width.max(1);
        self.cells
            .chunks_mut(width)
            .map(|cells| RowReader {
                cells: cells.iter_mut(),
            })
            .map(read_row(read))
            .collect()
    }

    /// Reads the first row, if there is one.
    ///
    /// # Errors
    /// The [`ViewError`] of `read`.
    pub fn first<T>(
        self,
        read: impl FnMut(&mut RowReader<'_>) -> Result<T, ViewError>,
    ) -> Result<Option<T>, ViewError> {
        Ok(self.read(read)?.into_iter().next())
    }

    /// The cells of each row.
    pub(crate) fn each(self) -> Vec<Vec<Value>> {
        self.cells
            .chunks(self.width.max(1))
            .map(<[Value]>::to_vec)
            .collect()
    }
}

fn read_row<'a, T>(
    mut read: impl FnMut(&mut RowReader<'_>) -> Result<T, ViewError>,
) -> impl FnMut(RowReader<'a>) -> Result<T, ViewError> {
    move |mut row| read(&mut row)
}

/// Gives the cells of one row in the order of its columns.
#[derive(Debug)]
pub struct RowReader<'a> {
    cells: std::slice::IterMut<'a, Value>,
}

impl RowReader<'_> {
    fn next(&mut self) -> Value {
        self.cells.next().map(std::mem::take).unwrap_or_default()
    }

    /// An integer.
    ///
    /// # Errors
    /// [`ViewError::Unreadable`] when the cell holds anything else.
    pub fn int(&mut self) -> Result<i64, ViewError> {
        self.optional_int()?
            .ok_or_else(|| ViewError::Unreadable("an integer is missing".to_owned()))
    }

    /// An integer or nothing.
    ///
    /// # Errors
    /// [`ViewError::Unreadable`] when the cell holds a text.
    pub fn optional_int(&mut self) -> Result<Option<i64>, ViewError> {
        match self.next() {
            Value::Int(number) => Ok(Some(number)),
            Value::Null => Ok(None),
            Value::Text(text) => Err(ViewError::Unreadable(format!(
                "{text:?} stands where an integer belongs"
            ))),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// [`ViewError::Unreadable`] when the cell holds anything else.
    pub fn text(&mut self) -> Result<String, ViewError> {
        self.optional_text()?
            .ok_or_else(|| ViewError::Unreadable("a text is missing".to_owned()))
    }

    /// A text or nothing.
    ///
    /// # Errors
    /// [`ViewError::Unreadable`] when the cell holds an integer.
    pub fn optional_text(&mut self) -> Result<Option<String>, ViewError> {
        match self.next() {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            Value::Int(number) => Err(ViewError::Unreadable(format!(
                "{number} stands where a text belongs"
            ))),
        }
    }
}
