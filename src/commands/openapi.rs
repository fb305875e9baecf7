//! `betstream openapi`: the document of the API.

/// Prints the document.
///
/// # Errors
/// When it cannot be written as JSON.
pub(crate) fn run() -> anyhow::Result<()> {
    println!("{}", betstream_web::openapi()?);
    Ok(())
}
