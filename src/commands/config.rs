//! `betstream config show`: every setting, its value, and who said it.

use comfy_table::{ContentArrangement, Table, presets::NOTHING};

use crate::{
    cli::Output,
    config::{Said, shown},
};

/// Prints the settings.
///
/// # Errors
/// When they cannot be used.
pub(crate) fn show(said: &Said<'_>, output: Output) -> anyhow::Result<()> {
    let settings = shown(said)?;
    match output {
        Output::Json => println!("{}", serde_json::to_string_pretty(&settings)?),
        Output::Table => {
            let mut table = Table::new();
            table
                .load_preset(NOTHING)
                .set_content_arrangement(ContentArrangement::Dynamic);
            table.set_header(["SETTING", "VALUE", "FROM", "VARIABLE", "WHAT IT DECIDES"]);
            for setting in settings {
                let value = setting.value.unwrap_or_else(|| "–".to_owned());
                table.add_row([
                    setting.setting.to_owned(),
                    value,
                    setting.from,
                    setting.variable.to_owned(),
                    setting.about.to_owned(),
                ]);
            }
            println!("{table}");
        }
    }
    Ok(())
}
