//! Values to and from Postgres: bigint and text.

use std::error::Error;

use tokio_postgres::{
    Row,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use crate::views::{Rows, Value};

impl ToSql for Value {
    fn to_sql(
        &self,
        sql_type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(sql_type, out),
            Self::Text(text) => text.to_sql(sql_type, out),
        }
    }

    fn accepts(sql_type: &Type) -> bool {
        <i64 as ToSql>::accepts(sql_type) || <String as ToSql>::accepts(sql_type)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(sql_type: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        if <i64 as FromSql<'_>>::accepts(sql_type) {
            return i64::from_sql(sql_type, raw).map(Self::Int);
        }
        String::from_sql(sql_type, raw).map(Self::Text)
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(sql_type: &Type) -> bool {
        <i64 as FromSql<'_>>::accepts(sql_type) || <String as FromSql<'_>>::accepts(sql_type)
    }
}

/// All rows of an answer. A column that is neither bigint nor text reads as nothing.
pub(super) fn rows(answer: Vec<Row>, width: usize) -> Rows {
    let mut rows = Rows::with_width(width);
    for row in answer {
        for column in 0..width {
            rows.push(row.try_get(column).unwrap_or_default());
        }
    }
    rows
}
