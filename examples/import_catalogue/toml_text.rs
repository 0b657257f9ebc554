//! Entries as the text of an area file: sorted, one parameter a line.

use crate::compile::entry::{Entry, Flag, ParamEntry};
use crate::record::{Kind, Need, Root};
use crate::words::Words;
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = "\
# Claims of the server's OpenAPI document. Written by `cargo run --example import_catalogue -- openapi.json`:
# what is changed here is lost. Facts that were read in the server's source belong into curated.toml, which wins.
";

/// The width at which long lists go on in the next line.
const WIDTH: usize = 110;

/// The text of one area file.
pub(crate) fn area(entries: &BTreeMap<String, Entry>) -> String {
    let mut out = HEAD.to_owned();
    for (name, entry) in sorted(entries) {
        let _ = write!(out, "\n[{name}]\n{}", facts(entry));
        if !entry.params.is_empty() {
            let _ = writeln!(out, "\n[{name}.params]");
        }
        for (path, param) in sorted(&entry.params) {
            let _ = writeln!(out, "{}", param_line(path, param));
        }
    }
    out
}

/// The line of one parameter.
pub(crate) fn param_line(path: &str, param: &ParamEntry) -> String {
    format!("{} = {{ {} }}", bare_or_quoted(path), param_facts(param).join(", "))
}

/// By name without regard to case, the order in which people look for them.
fn sorted<T>(by_name: &BTreeMap<String, T>) -> Vec<(&String, &T)> {
    let mut all: Vec<_> = by_name.iter().collect();
    all.sort_by_key(|(name, _)| (name.to_lowercase(), *name));
    all
}

fn facts(entry: &Entry) -> String {
    let mut out = String::new();
    if let Some(method) = entry.method {
        let _ = writeln!(out, "method = {:?}", method.name());
    }
    if let Some(role) = &entry.role {
        let _ = writeln!(out, "role = {role:?}");
    }
    if let Some(body) = entry.body.filter(|body| *body != Root::Object) {
        let _ = writeln!(out, "body = {:?}", body.name());
    }
    if let Some(reply) = entry.reply {
        let _ = writeln!(out, "reply = {:?}", reply.name());
    }
    if !entry.flags.is_empty() {
        let flags: Vec<&str> = entry.flags.iter().map(|flag| word(Flag::WORDS, *flag)).collect();
        let _ = writeln!(out, "flags = {flags:?}");
    }
    if let Some(fields) = &entry.fields {
        let _ = writeln!(out, "fields = {}", filled(fields));
    }
    out
}

fn param_facts(param: &ParamEntry) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(place) = param.place {
        facts.push(format!("in = {:?}", place.name()));
    }
    if let Some((kind, item)) = param.kind {
        let list = if kind == Kind::List { "list of " } else { "" };
        let scalar = if kind == Kind::List { item } else { kind };
        facts.push(format!("type = \"{list}{}\"", scalar.name()));
    }
    if let Some(wrap) = param.wrap {
        facts.push(format!("wrap = {:?}", wrap.name()));
    }
    if param.need == Some(Need::Claimed) {
        facts.push("required = true".to_owned());
    }
    if let Some(tenant) = param.tenant {
        facts.push(format!("tenant = {:?}", tenant.name()));
    }
    if let Some(values) = &param.values {
        facts.push(format!("values = {values:?}"));
    }
    facts
}

fn word<T: PartialEq>(words: Words<T>, value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

fn bare_or_quoted(path: &str) -> String {
    let bare = path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if bare { path.to_owned() } else { format!("{path:?}") }
}

fn filled(texts: &[String]) -> String {
    let mut out = String::from("[\n   ");
    let mut width = 3;
    for text in texts {
        let item = format!(" {text:?},");
        if width + item.len() > WIDTH {
            out.push_str("\n   ");
            width = 3;
        }
        width += item.len();
        out.push_str(&item);
    }
    out.push_str("\n]");
    out
}

#[cfg(test)]
mod tests {
    use super::area;
    use crate::compile::entry::{Trust, read};
    use std::{fs, path::Path};

    #[test]
    fn the_area_files_are_as_the_importer_writes_them() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/data");
        for file in fs::read_dir(data).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() || path.file_stem().is_none_or(|name| name == "verify") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let mut errors = Vec::new();
            let entries = read("", &text, Trust::Claimed, &mut errors);
            let is_area = path.file_stem().is_some_and(|name| name != "curated");
            assert!(!is_area || area(&entries) == text, "{} was changed by hand", path.display());
            assert_eq!(errors, [""; 0]);
        }
    }
}
