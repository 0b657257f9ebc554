//! The structure, as rules that fail when it slips: arrows point down, one file knows the HTTP library, files stay
//! small.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The modules, lowest first; those on one line do not use each other.
const LAYERS: &[&[&str]] = &[
    &["redact"],
    &["crash", "failure"],
    &["interrupt", "value"],
    &["catalogue", "cli"],
    &["outcome"],
    &["client", "input", "journal", "output", "person", "simulator"],
    &["session"],
    &["engine"],
    &["repl"],
    &["command"],
    &["lib", "main"],
];

/// Lines of a source file, its tests at the end aside.
const MOST_LINES: usize = 300;

#[test]
fn arrows_point_down() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module_of(&path);
        let level = level_of(&own).unwrap_or_else(|| panic!("{} belongs to no layer", path.display()));
        for used in used_modules(&text) {
            if used != own && level_of(&used).is_none_or(|used| used >= level) {
                wrong.push(format!("{}: {own} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_file_knows_the_http_library() {
    let knows = |text: &str| code_of(text).any(|line| line.contains("reqwest::"));
    let files: Vec<String> = sources()
        .into_iter()
        .filter(|(path, text)| !path.components().any(|part| part.as_os_str() == "tests") && knows(text))
        .map(|(path, _)| path.display().to_string().replace('\\', "/"))
        .collect();
    assert_eq!(files, ["client/transport.rs"]);
}

/// Scripts, the REPL, `call`, `api()`, plans and resumed runs all come to `Session::call` or `Session::raw`, for nothing
/// else has a client to send by.
#[test]
fn there_is_one_gate_to_a_server() {
    let where_is = |text: &str| -> Vec<String> {
        let uses = |(path, code): &(PathBuf, String)| {
            let own = ["client", "simulator"].contains(&module_of(path).as_str());
            !own && code_of(code).any(|line| line.contains(text))
        };
        let files = sources().into_iter().filter(uses);
        files.map(|(path, _)| path.display().to_string().replace('\\', "/")).collect()
    };
    assert_eq!(where_is("Client::new("), ["session/mod.rs"]);
    assert_eq!(where_is("client.send("), ["session/gate.rs"]);
    assert_eq!(where_is("client.probe("), ["session/probe.rs"]);
    assert_eq!(where_is("self.client,"), [""; 0]);
    assert_eq!(where_is("&self.client)"), [""; 0]);
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|(path, _)| {
            !path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
        })
        .map(|(path, text)| (path, text.split("\n#[cfg(test)]").next().unwrap_or_default().lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Every file below `src`, by its path there.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path.strip_prefix(&root).unwrap().to_path_buf(), text));
            }
        }
    }
    assert!(files.len() > 50, "the sources are not where they are looked for");
    files.sort();
    files
}

fn module_of(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_string()
}

fn level_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn code_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// The first names behind every `crate::`, those in braces too.
fn used_modules(text: &str) -> Vec<String> {
    let code: String = code_of(text).collect::<Vec<_>>().join("\n");
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => used.push(word(rest)),
            Some(list) => {
                let mut depth = 0;
                let mut starts = true;
                for (index, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => starts = true,
                        c if starts && c.is_alphabetic() => {
                            used.push(word(&list[index..]));
                            starts = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    // Items of the crate's root are not modules.
    used.retain(|name| name.starts_with(char::is_lowercase));
    used.sort();
    used.dedup();
    used
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn the_scan_sees_what_it_should() {
    let text = "use crate::{\n    a::{b, c},\n    d,\n};\n// crate::comment\nfn f() -> crate::e::T { my_crate::x() }";
    assert_eq!(used_modules(text), ["a", "d", "e"]);
}
