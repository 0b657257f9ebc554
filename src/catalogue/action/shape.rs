//! The few forms of values that records cannot say: a function for each.

use serde_json::{Map, Value, json};

use crate::catalogue::path::same;

/// How the value of a parameter is brought into the form that the endpoint takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As it is given.
    Plain,
    /// A list is sent as one text, an entry a line.
    Lines,
    /// A list is sent as one text, with commas.
    Commas,
    /// A map or list is sent as its JSON text.
    JsonText,
    /// Users, which the server reads with names beside their ids in `addedFields`.
    Persons,
    /// A user whom the server reads from `addedFields` only, by principal name and by the name to greet them with.
    Greeted,
    /// What to keep of a device that is wiped: a map of Graph's own switches, or `true` for `keepUserData`.
    Kept,
}

impl Shape {
    /// The value in the form that the endpoint takes.
    pub(super) fn apply(self, value: &Value) -> Value {
        match self {
            Self::Plain => value.clone(),
            Self::Lines => joined(value, "\n"),
            Self::Commas => joined(value, ","),
            Self::JsonText if value.is_object() || value.is_array() => value.to_string().into(),
            Self::JsonText => value.clone(),
            Self::Persons => match value {
                Value::Array(items) => items.iter().map(person).collect(),
                one => person(one),
            },
            Self::Greeted => greeted(value),
            Self::Kept if value.is_boolean() => json!({ "keepUserData": value }),
            Self::Kept => value.clone(),
        }
    }
}

fn joined(value: &Value, between: &str) -> Value {
    let Value::Array(items) = value else { return value.clone() };
    let texts: Vec<String> =
        items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), String::from)).collect();
    texts.join(between).into()
}

/// What a value says of a user: the id (or whatever was given) and the principal name.
struct User {
    id: Value,
    name: Value,
    display: Value,
}

/// A text is either; a row has both. `None` for what is in the server's form already.
fn user(value: &Value) -> Option<User> {
    match value {
        Value::String(_) => Some(User { id: value.clone(), name: value.clone(), display: value.clone() }),
        Value::Object(row) if member(row, "addedFields").is_none() => {
            let name = member(row, "userPrincipalName").or_else(|| member(row, "UPN"))?;
            let id = member(row, "id").unwrap_or(name);
            let display = member(row, "displayName").unwrap_or(name);
            Some(User { id: id.clone(), name: name.clone(), display: display.clone() })
        }
        _ => None,
    }
}

fn person(value: &Value) -> Value {
    user(value).map_or_else(
        || value.clone(),
        |User { id, name, .. }| json!({ "label": name, "value": id, "addedFields": { "userPrincipalName": name } }),
    )
}

fn greeted(value: &Value) -> Value {
    user(value).map_or_else(
        || value.clone(),
        |User { name, display, .. }| {
            json!({ "addedFields": { "userPrincipalName": name, "addressableUserName": display } })
        },
    )
}

fn member<'v>(row: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    row.iter().find(|(key, value)| same(key, name) && !value.is_null()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_the_form_of_the_server() {
        let row = json!({ "id": "1", "userPrincipalName": "ann@contoso.com", "displayName": "Ann" });
        let ann = json!({ "label": "ann@contoso.com", "value": "1",
            "addedFields": { "userPrincipalName": "ann@contoso.com" } });
        let cases = [
            (Shape::Plain, json!([1]), json!([1])),
            (Shape::Lines, json!(["10.0.0.0/8", "1.1.1.1/32"]), json!("10.0.0.0/8\n1.1.1.1/32")),
            (Shape::Lines, json!("a\nb"), json!("a\nb")),
            (Shape::Commas, json!(["Error", 1]), json!("Error,1")),
            (Shape::JsonText, json!({ "a": [1] }), json!("{\"a\":[1]}")),
            (Shape::JsonText, json!("{}"), json!("{}")),
            (Shape::Persons, json!([row]), json!([ann])),
            (
                Shape::Persons,
                json!("2"),
                json!({ "label": "2", "value": "2", "addedFields": { "userPrincipalName": "2" } }),
            ),
            (Shape::Persons, ann.clone(), ann),
            (
                Shape::Greeted,
                row,
                json!({ "addedFields": { "userPrincipalName": "ann@contoso.com", "addressableUserName": "Ann" } }),
            ),
            (Shape::Kept, json!(true), json!({ "keepUserData": true })),
            (Shape::Kept, json!({ "quickScan": true }), json!({ "quickScan": true })),
        ];
        for (shape, given, expected) in cases {
            assert_eq!(shape.apply(&given), expected, "{shape:?} of {given}");
        }
    }
}
