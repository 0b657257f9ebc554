//! The parameters of an operation, nested ones too.

use crate::compile::entry::ParamEntry;
use crate::name::key;
use crate::record::{Kind, Need, Place, TenantForm, Wrap};
use serde_json::Value;
use std::collections::BTreeMap;

/// Members of PowerShell's error records. The document's generator sees `$_.Exception.Message` in a `catch`
/// within a loop over a parameter, and takes it for a member of that parameter.
const ERROR_RECORD: [&str; 5] = ["CategoryInfo", "ErrorDetails", "Exception", "InvocationInfo", "ScriptStackTrace"];

/// Members that say the same as `value` beside it.
const SAME_AS_VALUE: [&str; 4] = ["value", "label", "id", "userPrincipalName"];

type Params = BTreeMap<String, ParamEntry>;

/// The parameters of query and body by path; a name that is in both is read in both.
pub(crate) fn read(document: &Value, operation: &Value, body: &Value) -> Result<Params, String> {
    let mut params = Params::new();
    if body["type"] == "array" {
        members(&body["items"], "[].", &mut params);
    } else {
        members(body, "", &mut params);
    }
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolved(document, parameter)?;
        let path = parameter["name"].as_str().ok_or("a parameter without a name")?;
        let mut query = param(&parameter["schema"], path, Place::Query, parameter["required"] == true);
        if matches!(query.kind, Some((Kind::Map, _))) {
            // A query has no objects, whatever members the document's generator has seen being read.
            query.kind = Some((Kind::Text, Kind::Any));
        }
        match params.get_mut(path) {
            Some(known) => both(known, query),
            None => {
                params.insert(path.to_owned(), query);
            }
        }
    }
    Ok(params)
}

fn resolved<'a>(document: &'a Value, parameter: &'a Value) -> Result<&'a Value, String> {
    let Some(reference) = parameter["$ref"].as_str() else { return Ok(parameter) };
    let pointer = reference.strip_prefix('#').unwrap_or(reference);
    document.pointer(pointer).ok_or_else(|| format!("{reference}: there is no such thing"))
}

/// A query holds text only, so the body knows the type better, unless it takes the parameter for text too.
fn both(known: &mut ParamEntry, query: ParamEntry) {
    known.place = Some(Place::Both);
    if known.kind == Some((Kind::Text, Kind::Any)) && known.wrap.is_none() {
        known.kind = query.kind;
    }
    known.need = known.need.or(query.need);
    known.values = known.values.take().or(query.values);
}

fn members(schema: &Value, prefix: &str, params: &mut Params) {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let nested = !matches!(prefix, "" | "[].");
    let wrapped = nested && is_wrapped(schema);
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        // A name with a dot in it, `@odata.type`, cannot be told from a path.
        let left_out = name.contains('.') || (nested && ERROR_RECORD.contains(&name.as_str()));
        if left_out || (wrapped && SAME_AS_VALUE.contains(&name.as_str())) {
            continue;
        }
        let path = format!("{prefix}{name}");
        params.insert(path.clone(), param(member, &path, Place::Body, required.contains(&name.as_str())));
        members(member, &format!("{path}."), params);
        members(&member["items"], &format!("{path}[]."), params);
    }
}

fn param(schema: &Value, path: &str, place: Place, required: bool) -> ParamEntry {
    let kind = kind(schema);
    let element = if kind == Kind::List { &schema["items"] } else { schema };
    let item = if kind == Kind::List { self::kind(element) } else { Kind::Any };
    let names_tenant = key(path.strip_prefix("[].").unwrap_or(path)) == "tenantfilter";
    ParamEntry {
        place: Some(place),
        kind: Some((kind, item)),
        need: required.then_some(Need::Claimed),
        values: values(element),
        wrap: (is_label_value(element) || is_wrapped(element)).then_some(Wrap::Always),
        tenant: names_tenant.then_some(TenantForm::Domain),
        ..Default::default()
    }
}

fn kind(schema: &Value) -> Kind {
    if is_label_value(schema) || is_wrapped(schema) {
        return Kind::Text;
    }
    match schema["type"].as_str() {
        Some("string") => Kind::Text,
        Some("integer") => Kind::Int,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Bool,
        // An object nobody looks into may be text just as well.
        Some("object") if schema["properties"].is_object() => Kind::Map,
        Some("array") => Kind::List,
        _ => Kind::Any,
    }
}

fn is_label_value(schema: &Value) -> bool {
    let refers = |schema: &Value| schema["$ref"].as_str().is_some_and(|name| name.ends_with("/LabelValue"));
    refers(schema) || schema["allOf"].as_array().is_some_and(|all| all.iter().any(refers))
}

/// An object of which `value` is read, as of `{label, value}`, and perhaps more.
fn is_wrapped(schema: &Value) -> bool {
    schema["properties"]["value"].is_object()
}

fn values(schema: &Value) -> Option<Vec<String>> {
    let values = schema["enum"].as_array().or(schema["x-cipp-observed-values"].as_array())?;
    let mut texts: Vec<String> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    texts.sort_by_key(|text| (text.to_lowercase(), text.clone()));
    texts.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    (!texts.is_empty()).then_some(texts)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::compile::entry::ParamEntry;
    use crate::toml_text::param_line;
    use serde_json::{Value, json};

    fn lines(document: &Value, operation: &Value) -> Vec<String> {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let params = read(document, operation, body).unwrap();
        params.iter().map(|(path, param): (&String, &ParamEntry)| param_line(path, param)).collect()
    }

    fn of_body(schema: Value) -> Vec<String> {
        lines(&Value::Null, &json!({"requestBody": {"content": {"application/json": {"schema": schema}}}}))
    }

    #[test]
    fn the_body_is_read_at_any_depth() {
        let label_value = json!({"$ref": "#/components/schemas/LabelValue"});
        for (schema, expected) in [
            (json!({"type": "string"}), vec!["a = { in = \"body\", type = \"text\" }"]),
            (
                json!({"type": "array", "items": {"type": "integer"}}),
                vec!["a = { in = \"body\", type = \"list of int\" }"],
            ),
            (label_value.clone(), vec!["a = { in = \"body\", type = \"text\", wrap = \"always\" }"]),
            (json!({"allOf": [label_value]}), vec!["a = { in = \"body\", type = \"text\", wrap = \"always\" }"]),
            (
                json!({"type": "object", "properties": {"value": {}, "label": {}, "addedFields": {"type": "object"}}}),
                vec![
                    "a = { in = \"body\", type = \"text\", wrap = \"always\" }",
                    "\"a.addedFields\" = { in = \"body\", type = \"any\" }",
                ],
            ),
            (
                json!({"type": "array", "items": {"type": "object", "properties": {
                    "b": {"type": "boolean"}, "@odata.type": {"type": "string"}, "Exception": {"type": "object"},
                }}}),
                vec!["a = { in = \"body\", type = \"list of map\" }", "\"a[].b\" = { in = \"body\", type = \"bool\" }"],
            ),
            (
                json!({"type": "string", "enum": ["B", "a", "b"]}),
                vec!["a = { in = \"body\", type = \"text\", values = [\"a\", \"B\"] }"],
            ),
        ] {
            assert_eq!(of_body(json!({"type": "object", "properties": {"a": schema}})), expected);
        }
    }

    #[test]
    fn a_body_that_is_an_array_is_one_of_its_elements() {
        let schema = json!({"type": "array", "items": {"required": ["tenantFilter"], "properties": {
            "tenantFilter": {"type": "string"},
        }}});
        let expected = "\"[].tenantFilter\" = { in = \"body\", type = \"text\", required = true, tenant = \"domain\" }";
        assert_eq!(of_body(schema), [expected]);
    }

    #[test]
    fn a_name_in_query_and_body_is_read_in_both_and_the_narrower_type_counts() {
        let document = json!({"components": {"parameters": {"t": {
            "name": "tenantFilter", "required": true, "schema": {"type": "string"},
        }}}});
        let operation = json!({
            "parameters": [
                {"$ref": "#/components/parameters/t"},
                {"name": "Enable", "schema": {"type": "boolean"}},
            ],
            "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
                "Enable": {"type": "string"}, "TenantFilter": {"type": "string"},
            }}}}},
        });
        let expected = [
            "Enable = { in = \"both\", type = \"bool\" }",
            "TenantFilter = { in = \"body\", type = \"text\", tenant = \"domain\" }",
            "tenantFilter = { in = \"query\", type = \"text\", required = true, tenant = \"domain\" }",
        ];
        assert_eq!(lines(&document, &operation), expected);
    }
}
