//! Traces: where they are sent, and how many.

use super::{
    error::ConfigError,
    read::{Fault, Texts, fault},
};

/// Where traces are sent, and how many.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Traces {
    /// Where the collector takes spans; there are none without.
    pub(crate) url: Option<String>,
    /// Which part of the traces that begin here is recorded, from 0 to 1.
    pub(crate) ratio: f64,
}

/// Reads what was said about traces.
///
/// # Errors
/// [`ConfigError`] when it cannot be read.
pub(super) fn traces(texts: &Texts) -> Result<Traces, ConfigError> {
    Ok(Traces {
        url: texts.optional("otlp_endpoint", endpoint)?,
        ratio: texts.required("traces_ratio", |text| match text.parse() {
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
            _ => Err(fault(
                "it is no part of one",
                "use a number from 0 (none) to 1 (all)",
            )),
        })?,
    })
}

/// By the specification of the variable, its value is the base of the address.
fn endpoint(text: &str) -> Result<String, Fault> {
    const CURE: &str =
        "name a collector that takes OTLP over HTTP, for example http://localhost:4318";
    let url = url::Url::parse(text).map_err(|error| fault(error, CURE))?;
    match url.scheme() {
        "http" if url.has_host() => Ok(format!("{}/v1/traces", text.trim_end_matches('/'))),
        "https" => Err(fault(
            "spans are sent without TLS, to a collector of this network",
            CURE,
        )),
        scheme => Err(fault(
            format!("the scheme {scheme}:// is none of OTLP over HTTP"),
            CURE,
        )),
    }
}
