//! Rewrites the area files of the catalogue from the server project's OpenAPI document, and tells what changed.
//!
//! ```text
//! cargo run --example import_catalogue -- path/to/openapi.json
//! ```
//!
//! It takes names, places, types, required flags, values, roles and the names in answers, and no sentence.
//! `curated.toml` is never written; it wins over what is written here. A new endpoint counts as destroying and
//! unsafe to repeat until `curated.toml` knows better, and the lint tests ask for that.

#[path = "../../src/catalogue/build/mod.rs"]
#[allow(dead_code)]
mod compile;
#[path = "../../src/catalogue/name.rs"]
mod name;
#[path = "../../src/catalogue/readback.rs"]
#[allow(dead_code, unreachable_pub)]
mod readback;
#[path = "../../src/catalogue/record.rs"]
#[allow(dead_code, unreachable_pub)]
mod record;
#[path = "../../src/catalogue/template.rs"]
#[allow(dead_code)]
mod template;
#[path = "../../src/catalogue/words.rs"]
#[allow(dead_code, unreachable_pub)]
mod words;

mod changes;
mod document;
mod parameters;
mod toml_text;

use compile::entry::{self, Entry, Trust};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::{env, fs, io};

/// The endpoints of each area, by name.
type Areas = BTreeMap<String, BTreeMap<String, Entry>>;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("name the OpenAPI document: import_catalogue path/to/openapi.json")?;
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let document = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/data");

    let new = document::areas(&document)?;
    let (old, curated) = files(&data)?;
    for (area, entries) in &new {
        fs::write(data.join(format!("{area}.toml")), toml_text::area(entries))?;
    }
    for gone in old.keys().filter(|area| !new.contains_key(*area)) {
        fs::remove_file(data.join(format!("{gone}.toml")))?;
    }
    let lines = changes::lines(&old, &new, &curated);
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The area files as they are, and the curated one.
fn files(data: &Path) -> Result<(Areas, BTreeMap<String, Entry>), Box<dyn Error>> {
    let mut areas = Areas::new();
    let mut curated = BTreeMap::new();
    let mut errors = Vec::new();
    for file in fs::read_dir(data)? {
        let path = file?.path();
        let area = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if area == "verify" {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let trust = if area == "curated" { Trust::Read } else { Trust::Claimed };
        let entries = entry::read(&path.to_string_lossy(), &text, trust, &mut errors);
        if area == "curated" {
            curated = entries;
        } else {
            areas.insert(area, entries);
        }
    }
    if errors.is_empty() { Ok((areas, curated)) } else { Err(errors.join("\n").into()) }
}
