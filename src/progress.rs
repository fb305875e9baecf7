//! Progress bars on standard error; silent where nobody looks.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of `length` things that are called `unit`.
pub(crate) fn bar(length: u64, unit: &'static str) -> ProgressBar {
    let template =
        format!("{{spinner}} {{wide_bar}} {{human_pos}}/{{human_len}} {unit} {{per_sec}} {{eta}}");
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}
