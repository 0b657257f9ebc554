//! The records of the actions: read from their files and joined with the endpoints that they call.

use super::super::record::{Effect, Kind, Method, Place};
use super::entry::ParamEntry;
use super::reader::Reader;
use super::{Record, Source};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The wire path of a parameter whose value is the body itself.
const ROOT: &str = "*";

/// The names that shapes have in the data and in Rust.
const SHAPES: &[(&str, &str)] = &[
    ("lines", "Lines"),
    ("commas", "Commas"),
    ("json", "JsonText"),
    ("persons", "Persons"),
    ("greeted", "Greeted"),
    ("kept", "Kept"),
];

/// One action.
pub(crate) struct ActionRecord {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) about: String,
    /// The endpoint's place among the records, or of its twin among the twins.
    pub(crate) endpoint: Callee,
    pub(crate) effect: Effect,
    pub(crate) tenant: Option<String>,
    pub(crate) params: Vec<ParamRecord>,
    pub(crate) gives: String,
    /// Name, path, whether it is a secret.
    pub(crate) lifts: Vec<(String, String, bool)>,
    /// How the name of a task starts, and the parameter that follows.
    pub(crate) once: Option<(String, String)>,
    pub(crate) example: String,
}

/// What an action calls.
#[derive(Clone, Copy)]
pub(crate) enum Callee {
    Endpoint(usize),
    Twin(usize),
}

/// One parameter of an action.
pub(crate) struct ParamRecord {
    pub(crate) name: String,
    pub(crate) wire: String,
    /// The place of the endpoint's parameter in the order of its record.
    pub(crate) param: Option<usize>,
    pub(crate) kind: (Kind, Kind),
    pub(crate) needed: String,
    pub(crate) values: Vec<String>,
    pub(crate) words: Vec<(String, String)>,
    pub(crate) none: String,
    pub(crate) default: String,
    pub(crate) fixed: bool,
    pub(crate) shape: &'static str,
    pub(crate) about: String,
}

/// The actions of all files, sorted, and the twins of endpoints that some of them call by GET; or all that is wrong.
pub(crate) fn actions(files: &[Source], records: &[Record]) -> Result<(Vec<ActionRecord>, Vec<Record>), Vec<String>> {
    let mut join = Join { records, twins: Vec::new(), errors: Vec::new() };
    let mut actions = Vec::new();
    for file in files {
        let table: Table = file.text.parse().unwrap_or_else(|error| {
            join.errors.push(format!("{}: {error}", file.file));
            Table::new()
        });
        for (name, value) in table {
            let at = format!("{}: {name}", file.file);
            match value {
                Value::Table(table) => actions.extend(join.action(&file.area, name, at, table)),
                _ => join.errors.push(format!("{at}: must be a table")),
            }
        }
    }
    actions.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    if join.errors.is_empty() { Ok((actions, join.twins)) } else { Err(join.errors) }
}

struct Join<'r> {
    records: &'r [Record],
    twins: Vec<Record>,
    errors: Vec<String>,
}

impl Join<'_> {
    fn action(&mut self, namespace: &str, name: String, at: String, table: Table) -> Option<ActionRecord> {
        let records = self.records;
        let mut from = Reader::new(at, table, &mut self.errors);
        let endpoint = from.text("endpoint").unwrap_or_default();
        let method = from.word("method", Method::WORDS);
        let Some((place, record)) = records.iter().enumerate().find(|(_, record)| record.name == endpoint) else {
            from.wrong("endpoint", format_args!("there is no endpoint {endpoint}"));
            return None;
        };
        let twin = (method.is_some() && method != record.entry.method).then(|| twin(record));
        let mut action = action(from, twin.as_ref().unwrap_or(record), Callee::Endpoint(place));
        (action.namespace, action.name) = (namespace.to_owned(), name);
        if let Some(twin) = twin {
            action.endpoint = Callee::Twin(self.twins.len());
            self.twins.push(twin);
        }
        Some(action)
    }
}

/// What a file says of one action, and what it leaves to the record of the endpoint.
fn action(mut from: Reader<'_>, called: &Record, endpoint: Callee) -> ActionRecord {
    let effect = from.word("effect", Effect::WORDS).unwrap_or_else(|| super::emit::worst(&called.entry));
    let (about, example) = (from.text("about"), from.lines("example"));
    for (field, value) in [("about", &about), ("example", &example)] {
        if value.is_none() {
            from.wrong(field, "is missing");
        }
    }
    let lifts = lifts(&mut from, "lift", false).into_iter().chain(lifts(&mut from, "secret", true)).collect();
    let mut params = params(&mut from, called);
    let tenant = from.text("tenant").or_else(|| default_tenant(&params));
    if tenant.as_ref().is_some_and(|tenant| !params.iter().any(|param| param.name == *tenant)) {
        from.wrong("tenant", "is no parameter of the action");
    }
    // The order of the file is that of importance, but for the tenant and what is required.
    params.sort_by_key(|param| (tenant.as_ref() != Some(&param.name), param.needed != "Always"));
    let record = ActionRecord {
        namespace: String::new(),
        name: String::new(),
        about: about.unwrap_or_default(),
        endpoint,
        effect,
        tenant,
        gives: from.text("gives").unwrap_or_default(),
        lifts,
        once: once(&mut from, &params),
        params,
        example: example.unwrap_or_default(),
    };
    from.finish();
    record
}

/// The tenant comes first where it is always given.
fn default_tenant(params: &[ParamRecord]) -> Option<String> {
    params
        .iter()
        .find(|param| param.name == "tenant_filter" && param.needed == "Always")
        .map(|param| param.name.clone())
}

/// The record of an endpoint that is read by GET: the server takes what it reads of a body in the query too.
fn twin(record: &Record) -> Record {
    let mut entry = record.entry.clone();
    entry.method = Some(Method::Get);
    entry.params.retain(|path, _| !path.contains(['.', '[']));
    for param in entry.params.values_mut() {
        param.place = Some(Place::Query);
    }
    entry.body = None;
    let (name, area, file) = (record.name.clone(), record.area.clone(), record.file.clone());
    Record { name, area, file, entry, verify: Vec::new(), verify_none: None }
}

/// `"Offboarding: {users}"`: the start of a task's name, and the parameter that follows.
fn once(from: &mut Reader<'_>, params: &[ParamRecord]) -> Option<(String, String)> {
    let text = from.text("once")?;
    let name = text.strip_suffix('}').and_then(|text| text.split_once('{'));
    match name.filter(|(_, name)| params.iter().any(|param| param.name == *name)) {
        Some((starts, name)) => Some((starts.to_owned(), name.to_owned())),
        None => {
            from.wrong("once", "must be a text with a {parameter} at its end");
            None
        }
    }
}

fn lifts(from: &mut Reader<'_>, key: &'static str, secret: bool) -> Vec<(String, String, bool)> {
    let mut lifts = Vec::new();
    for (name, path) in from.table(key).unwrap_or_default() {
        match path.as_str() {
            Some(path) => lifts.push((name, path.to_owned(), secret)),
            None => from.wrong(key, format_args!("{name} must be a path")),
        }
    }
    lifts
}

fn params(from: &mut Reader<'_>, called: &Record) -> Vec<ParamRecord> {
    let mut sorted: Vec<(&String, &ParamEntry)> = called.entry.params.iter().collect();
    sorted.sort_by_cached_key(|(path, _)| (path.to_lowercase(), (*path).to_owned()));
    let known: BTreeMap<&str, (usize, &ParamEntry)> =
        sorted.into_iter().enumerate().map(|(place, (path, entry))| (path.as_str(), (place, entry))).collect();
    let mut params = Vec::new();
    for (name, value) in from.table("params").unwrap_or_default() {
        let table = match value {
            Value::String(wire) => Table::from_iter([("wire".to_owned(), Value::String(wire))]),
            Value::Table(table) => table,
            _ => {
                from.wrong(&format!("params.{name}"), "must be a wire path or a table");
                continue;
            }
        };
        if let Some(inner) = from.inside(&format!("params.{name}"), Value::Table(table)) {
            params.extend(param(inner, name, &known));
        }
    }
    params
}

fn param(mut from: Reader<'_>, name: String, known: &BTreeMap<&str, (usize, &ParamEntry)>) -> Option<ParamRecord> {
    let wire = from.text("wire").unwrap_or_default();
    let of_endpoint = known.get(wire.as_str()).copied();
    if of_endpoint.is_none() && wire != ROOT {
        from.wrong("wire", format_args!("the endpoint has no parameter {wire}"));
        return None;
    }
    let entry = of_endpoint.map(|(_, entry)| entry);
    let kind = from.kind("type").or(entry.and_then(|entry| entry.kind)).unwrap_or((Kind::Any, Kind::Any));
    let own_values = from.texts_or_any("values");
    let words = words(&mut from);
    let values = match own_values {
        Some(values) => values,
        None if words.is_empty() => entry.and_then(|entry| entry.values.clone()).unwrap_or_default(),
        None => Vec::new(),
    };
    let fixed = from.value("fixed").map(|value| json(&value));
    let default = from.value("default").map(|value| json(&value));
    let needed = needed(&mut from, entry);
    let shape = match from.text("shape") {
        None => "Plain",
        Some(word) => from.one_of("shape", SHAPES, &word).unwrap_or("Plain"),
    };
    let record = ParamRecord {
        name,
        wire,
        param: of_endpoint.map(|(place, _)| place),
        kind,
        needed: if fixed.is_some() { "No".to_owned() } else { needed },
        values,
        words,
        none: from.text("none").unwrap_or_default(),
        fixed: fixed.is_some(),
        default: fixed.or(default).unwrap_or_default(),
        shape,
        about: from.text("about").or_else(|| entry.and_then(|entry| entry.about.clone())).unwrap_or_default(),
    };
    from.finish();
    Some(record)
}

/// `true`, `false`, or `"parameter=value"`; what the endpoint requires is required.
fn needed(from: &mut Reader<'_>, entry: Option<&ParamEntry>) -> String {
    use super::super::record::Need;
    match from.value("required") {
        Some(Value::Boolean(true)) => "Always".to_owned(),
        Some(Value::Boolean(false)) => "No".to_owned(),
        Some(Value::String(when)) if when.contains('=') => {
            let (name, value) = when.split_once('=').unwrap_or_default();
            format!("When({name:?},{value:?})")
        }
        Some(_) => {
            from.wrong("required", "must be true, false or \"parameter=value\"");
            "No".to_owned()
        }
        None if entry.is_some_and(|entry| entry.need == Some(Need::Required)) => "Always".to_owned(),
        None => "No".to_owned(),
    }
}

fn words(from: &mut Reader<'_>) -> Vec<(String, String)> {
    from.table("words").unwrap_or_default().into_iter().map(|(word, value)| (word, json(&value))).collect()
}

/// A value of the data as JSON text.
fn json(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{emit_actions, records};
    use super::*;

    const AREA: &str = r#"
        [EditThing]
        method = "POST"
        role = "Identity.User.ReadWrite"
        [EditThing.params]
        State = { in = "body", type = "text", values = ["on"] }
        tenantFilter = { in = "body", type = "text", required = true }
    "#;

    const GOOD: &str = "[edit]\nendpoint = \"EditThing\"\nabout = \"Edits.\"\nexample = \"thing::edit()\"\n";

    fn source(area: &str, text: &str) -> Source {
        Source { area: area.into(), file: format!("{area}.toml"), text: text.into() }
    }

    fn compiled(text: &str) -> Result<(Vec<ActionRecord>, Vec<Record>), Vec<String>> {
        let curated = source("curated", "[EditThing.params]\ntenantFilter = { type = \"text\", required = true }\n");
        actions(&[source("thing", text)], &records(&[source("identity", AREA)], &curated).unwrap())
    }

    #[test]
    fn an_action_takes_what_it_does_not_say_from_its_endpoint() {
        let text = format!(
            "{GOOD}[edit.params]\nstate = {{ wire = \"State\", default = \"on\" }}\ntenant_filter = \"tenantFilter\"\n"
        );
        let (found, twins) = compiled(&text).unwrap();
        let [action] = found.as_slice() else { panic!("{} actions", found.len()) };
        assert_eq!((action.namespace.as_str(), action.name.as_str()), ("thing", "edit"));
        assert_eq!((action.tenant.as_deref(), action.effect), (Some("tenant_filter"), Effect::Destroy));
        let [tenant, state] = action.params.as_slice() else { panic!("{} parameters", action.params.len()) };
        assert_eq!((tenant.name.as_str(), tenant.needed.as_str()), ("tenant_filter", "Always"));
        assert_eq!((state.values.clone(), state.default.as_str()), (vec!["on".to_owned()], "\"on\""));
        assert!(twins.is_empty());
        assert!(emit_actions::emit(&found, &twins).contains("param:Some(&ENDPOINTS[0].params[1])"));
    }

    #[test]
    fn a_read_by_get_calls_a_twin() {
        let (found, twins) = compiled(&format!("{GOOD}method = \"GET\"\n")).unwrap();
        assert!(matches!(found[0].endpoint, Callee::Twin(0)));
        assert!(twins[0].entry.params.values().all(|param| param.place == Some(Place::Query)));
        assert!(emit_actions::emit(&found, &twins).contains("endpoint:&TWINS[0]"));
    }

    #[test]
    fn what_is_wrong_is_told_with_file_action_and_field() {
        for (text, expected) in [
            ("edit = 1".to_owned(), "thing.toml: edit: must be a table"),
            ("[edit]\nendpoint = \"Nope\"".to_owned(), "thing.toml: edit.endpoint: there is no endpoint Nope"),
            ("[edit]\nendpoint = \"EditThing\"".to_owned(), "thing.toml: edit.about: is missing"),
            (format!("{GOOD}tenant = \"x\""), "thing.toml: edit.tenant: is no parameter of the action"),
            (format!("{GOOD}once = \"x\""), "thing.toml: edit.once: must be a text with a {parameter} at its end"),
            (format!("{GOOD}color = 1"), "thing.toml: edit.color: unknown key; known are"),
            (
                format!("{GOOD}[edit.params]\na = \"Nope\""),
                "thing.toml: edit.params.a.wire: the endpoint has no parameter Nope",
            ),
            (
                format!("{GOOD}[edit.params]\na = {{ wire = \"State\", shape = \"round\" }}"),
                "thing.toml: edit.params.a.shape: \"round\" is not one of lines",
            ),
            (
                format!("{GOOD}[edit.params]\na = {{ wire = \"State\", required = 1 }}"),
                "thing.toml: edit.params.a.required: must be true, false or \"parameter=value\"",
            ),
        ] {
            let errors = compiled(&text).err().unwrap_or_default();
            assert!(errors.iter().any(|error| error.starts_with(expected)), "{text}\n{errors:#?}");
        }
    }
}
