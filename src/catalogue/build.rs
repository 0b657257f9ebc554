//! Turns the data files of the catalogue into static tables, or stops the build and tells all that is wrong.

#[path = "build/mod.rs"]
mod compile;
mod name;
// The build uses only a part of what these have for the crate.
#[allow(dead_code, unreachable_pub)]
mod readback;
#[allow(dead_code, unreachable_pub)]
mod record;
#[allow(dead_code)]
mod template;
#[allow(dead_code, unreachable_pub)]
mod words;

use compile::{Source, actions::actions, emit, emit_actions, recipe, records};
use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// Where the data files are, seen from the package.
const DATA: &str = "src/catalogue/data";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DATA}");
    link_at_a_fixed_address();
    let mut areas = sources(DATA)?;
    let curated = take(&mut areas, "curated")?;
    let verify = take(&mut areas, "verify")?;
    let namespaces = sources(&format!("{DATA}/actions"))?;
    match tables(&areas, &curated, &verify, &namespaces) {
        Ok(tables) => fs::write(Path::new(&env::var("OUT_DIR")?).join("catalogue.rs"), tables)?,
        Err(errors) => {
            for error in errors {
                println!("cargo::error={}", error.replace('\n', " "));
            }
        }
    }
    Ok(())
}

/// The source text of all tables, or all that is wrong.
fn tables(areas: &[Source], curated: &Source, verify: &Source, namespaces: &[Source]) -> Result<String, Vec<String>> {
    let mut records = records(areas, curated)?;
    recipe::add(&mut records, verify)?;
    let (actions, twins) = actions(namespaces, &records)?;
    Ok(emit::emit(&records) + &emit_actions::emit(&actions, &twins))
}

/// The file of this name, which is no area.
fn take(sources: &mut Vec<Source>, name: &str) -> Result<Source, String> {
    let at = sources.iter().position(|source| source.area == name);
    at.map(|at| sources.remove(at)).ok_or_else(|| format!("{DATA}/{name}.toml is missing"))
}

/// The tables hold tens of thousands of addresses. In a program that can be loaded anywhere each of them is written at
/// every start, which takes as long as the rest of the start.
fn link_at_a_fixed_address() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|target| target == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// The data files of a directory, by name.
fn sources(directory: &str) -> Result<Vec<Source>, Box<dyn Error>> {
    let mut sources = Vec::new();
    for file in fs::read_dir(directory)? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let area = path.file_stem().ok_or("a data file without a name")?.to_string_lossy().into_owned();
            let file = format!("{directory}/{area}.toml");
            sources.push(Source { area, file, text: fs::read_to_string(&path)? });
        }
    }
    sources.sort_by(|a, b| a.area.cmp(&b.area));
    Ok(sources)
}
