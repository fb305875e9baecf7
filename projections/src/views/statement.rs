//! Statements and their parameters.

/// A parameter or a cell. Two types serve both databases.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// An integer of 64 bits.
    Int(i64),
    /// A text.
    Text(String),
}

/// As text, for people.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("none"),
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One statement that changes rows.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its text, from a `.sql` file.
    pub sql: &'static str,
    /// Its parameters, `$1` first.
    pub params: Vec<Value>,
}

impl Statement {
    /// The statement with these parameters.
    pub const fn new(sql: &'static str, params: Vec<Value>) -> Self {
        Self { sql, params }
    }
}

/// One question.
#[derive(Clone, Debug)]
pub struct Query {
    /// Its text, from a `.sql` file.
    pub sql: &'static str,
    /// Its parameters, `$1` first.
    pub params: Vec<Value>,
    /// Whether its answer may be of any length (then it is not read on the calling thread).
    pub unbounded: bool,
}

impl Query {
    /// A question with a short answer.
    pub const fn small(sql: &'static str, params: Vec<Value>) -> Self {
        Self {
            sql,
            params,
            unbounded: false,
        }
    }

    /// A question whose answer may be of any length unless `bounded`.
    pub const fn list(sql: &'static str, params: Vec<Value>, bounded: bool) -> Self {
        Self {
            sql,
            params,
            unbounded: !bounded,
        }
    }
}
