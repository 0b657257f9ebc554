//! The OpenAPI document as entries of the catalogue.

use crate::Areas;
use crate::compile::entry::{Entry, Flag};
use crate::parameters;
use crate::record::{Method, Reply, Root};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Reads every operation below `/api/`.
pub(crate) fn areas(document: &Value) -> Result<Areas, String> {
    let paths = document["paths"].as_object().ok_or("the document has no paths")?;
    let mut areas = Areas::new();
    for (path, operations) in paths {
        let name = path.strip_prefix("/api/").ok_or_else(|| format!("{path}: does not start with /api/"))?;
        let operations = operations.as_object().ok_or_else(|| format!("{path}: has no operations"))?;
        let (area, entry) = endpoint(document, operations).map_err(|error| format!("{path}: {error}"))?;
        areas.entry(area).or_default().insert(name.to_owned(), entry);
    }
    Ok(areas)
}

fn endpoint(document: &Value, operations: &Map<String, Value>) -> Result<(String, Entry), String> {
    // The server ignores the verb; where the document has several, the one with a body can say more.
    let verb = ["post", "put", "patch", "get"].into_iter().find(|verb| operations.contains_key(*verb));
    let operation = operations.get(verb.ok_or("no verb that is known")?).ok_or("no operation")?;
    let tag = operation["tags"][0].as_str().ok_or("has no tag")?;
    let area = tag.split('>').next().unwrap_or(tag).trim().to_lowercase();
    let role = operation["x-cipp-role"].as_str().ok_or("has no x-cipp-role")?;
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    let method = if verb == Some("get") { Method::Get } else { Method::Post };
    let entry = Entry {
        method: Some(method),
        role: Some(role.to_owned()),
        reply: reply(answer),
        body: (body["type"] == "array").then_some(Root::Array),
        flags: if is_open(body) { vec![Flag::Open] } else { Vec::new() },
        fields: fields(answer, method),
        params: parameters::read(document, operation, body)?,
        ..Default::default()
    };
    Ok((area, entry))
}

fn is_open(body: &Value) -> bool {
    let open = |schema: &Value| schema["additionalProperties"] == true || schema["x-cipp-passthrough"] == true;
    open(body) || open(&body["items"])
}

fn reply(answer: &Value) -> Option<Reply> {
    if answer["$ref"].as_str().is_some_and(|name| name.ends_with("/StandardResults")) {
        return Some(Reply::Results);
    }
    match (answer["type"].as_str()?, &answer["properties"]) {
        ("array", _) => Some(Reply::Rows),
        ("object", Value::Object(properties)) => Some(match properties.get("Results") {
            Some(results) if results["type"] == "array" => Reply::Rows,
            Some(_) => Reply::Results,
            None => Reply::Object,
        }),
        _ => None,
    }
}

/// The names in an answer, at any depth.
///
/// A POST that touches a Graph entity is given every property that the entity can have; it answers none of them.
fn fields(answer: &Value, method: Method) -> Option<Vec<String>> {
    let mut names = BTreeSet::new();
    collect(answer, method == Method::Post, &mut names);
    names.remove("Results");
    names.remove("");
    (!names.is_empty()).then(|| names.into_iter().collect())
}

fn collect(schema: &Value, without_entities: bool, names: &mut BTreeSet<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if !(without_entities && property["x-cipp-field-source"] == "graph-entity") {
            names.insert(name.trim().to_owned());
        }
        collect(property, without_entities, names);
    }
    if schema["items"].is_object() {
        collect(&schema["items"], without_entities, names);
    }
}
