//! Writes `docs/playbook.schema.json` (or the file named as argument): the JSON Schema of playbook documents.

use serde_json::{Value as Json, json};

fn main() -> std::io::Result<()> {
    let target = std::env::args().nth(1).unwrap_or_else(|| "docs/playbook.schema.json".to_owned());
    let mut schema = Json::from(schemars::schema_for!(playbook::Playbook));
    schema["title"] = json!("Haetae playbook, format 1");
    let text = serde_json::to_string_pretty(&schema).map_err(std::io::Error::other)?;
    std::fs::write(target, text + "\n")
}
