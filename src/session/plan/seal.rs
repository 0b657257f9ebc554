//! Takes out of arguments what a plan must not hold: secrets, and what only a planned write makes.

use serde_json::{Value, json};

use crate::{
    catalogue::same_name,
    redact::{self, is_secret_name},
    value::Planned,
};

/// A secret stands under this name.
pub(super) const SECRET: &str = "$secret";
/// A part of the answer to a planned write stands under this one.
pub(super) const PLANNED: &str = "$planned";

/// What is known of the secrets of a call.
pub(super) struct Secrets<'s> {
    /// Their texts.
    pub(super) texts: &'s [String],
    /// Texts that the script was given, and where from.
    pub(super) sources: &'s [(String, String)],
    /// The call.
    pub(super) call: usize,
}

/// What tells a user; of a row that names one nothing else is needed, unless it is sent.
const OF_USERS: [&str; 5] = ["id", "userPrincipalName", "UPN", "displayName", "mail"];

/// The same arguments without the fields of users' rows that are not sent.
pub(super) fn without_ballast(value: &Value, sent: &str) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| without_ballast(item, sent)).collect(),
        Value::Object(fields) => {
            let has = |name: &str| fields.keys().any(|key| same_name(key, name));
            let is_user = has("id") && (has("userPrincipalName") || has("UPN"));
            let stays = |(name, value): &(&String, &Value)| {
                !is_user || OF_USERS.iter().any(|of| same_name(of, name)) || sent.contains(&value.to_string())
            };
            let field = |(name, value): (&String, &Value)| (name.clone(), without_ballast(value, sent));
            Value::Object(fields.iter().filter(stays).map(field).collect())
        }
        other => other.clone(),
    }
}

/// The same arguments with references in place of secrets and planned values.
pub(super) fn sealed(value: &Value, at: &str, secrets: &Secrets) -> Value {
    match value {
        Value::String(text) if let Some(planned) = Planned::of_marker(text) => reference(&planned),
        Value::String(text) if secrets.holds(text) => secrets.reference(text, at),
        Value::Number(number) if secrets.texts.contains(&number.to_string()) => {
            secrets.reference(&number.to_string(), at)
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| sealed(item, &format!("{at}[{index}]"), secrets)).collect()
        }
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                let value =
                    if is_secret_name(name) { hidden(value, &at, secrets) } else { sealed(value, &at, secrets) };
                (name.clone(), value)
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}

/// What stands under the name of a secret: all of it is one, switches aside.
fn hidden(value: &Value, at: &str, secrets: &Secrets) -> Value {
    match value {
        Value::String(text) if let Some(planned) = Planned::of_marker(text) => reference(&planned),
        Value::String(text) if text.is_empty() || ["true", "false"].contains(&text.as_str()) => value.clone(),
        Value::String(text) => secrets.reference(text, at),
        Value::Number(number) => secrets.reference(&number.to_string(), at),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| hidden(item, &format!("{at}[{index}]"), secrets)).collect()
        }
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), hidden(value, &format!("{at}.{name}"), secrets))).collect()
        }
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

fn reference(planned: &Planned) -> Value {
    let mut reference = json!({ "call": planned.call, "path": planned.path });
    if planned.revealed {
        reference["reveal"] = true.into();
    }
    json!({ PLANNED: reference })
}

impl Secrets<'_> {
    fn holds(&self, text: &str) -> bool {
        self.texts.iter().any(|secret| !secret.is_empty() && text.contains(secret.as_str()))
            || redact::text(text) != text
    }

    fn reference(&self, text: &str, at: &str) -> Value {
        let source = self.sources.iter().find(|(given, _)| given == text).map(|(_, source)| source.clone());
        let source = source.unwrap_or_else(|| format!("calls[{}].{at}", self.call));
        json!({ SECRET: { "argument": at, "source": source } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_users_are_their_names() {
        let row =
            json!({ "id": "1", "userPrincipalName": "ann@contoso.com", "passwordPolicies": "None", "city": "Wien" });
        let names = json!({ "id": "1", "userPrincipalName": "ann@contoso.com" });
        let cases = [
            (json!({ "user": row }), "{\"ID\":\"1\"}", json!({ "user": names })),
            (
                json!([row]),
                "[{\"city\":\"Wien\"}]",
                json!([{ "id": "1", "userPrincipalName": "ann@contoso.com", "city": "Wien" }]),
            ),
            (json!({ "id": "1", "city": "Wien" }), "", json!({ "id": "1", "city": "Wien" })),
        ];
        for (given, sent, kept) in cases {
            assert_eq!(without_ballast(&given, sent), kept, "{given}");
        }
    }

    #[test]
    fn secrets_and_planned_values_become_references() {
        let texts = ["hunter2".to_owned(), "4711".to_owned()];
        let sources = [("hunter2".to_owned(), "args.password".to_owned())];
        let secrets = Secrets { texts: &texts, sources: &sources, call: 3 };
        let planned = Planned { call: 2, path: "results[0].id".into(), revealed: false };
        let secret = |argument: &str, source: &str| json!({ "$secret": { "argument": argument, "source": source } });
        let cases = [
            (json!({ "name": "Ann" }), json!({ "name": "Ann" })),
            (json!({ "a": ["hunter2"] }), json!({ "a": [secret("a[0]", "args.password")] })),
            (json!({ "text": "it is hunter2!" }), json!({ "text": secret("text", "calls[3].text") })),
            (json!({ "pin": 4711 }), json!({ "pin": secret("pin", "calls[3].pin") })),
            (json!({ "password": "other" }), json!({ "password": secret("password", "calls[3].password") })),
            (json!({ "MustChangePassword": true }), json!({ "MustChangePassword": true })),
            (
                json!({ "id": planned.marker() }),
                json!({ "id": { "$planned": { "call": 2, "path": "results[0].id" } } }),
            ),
        ];
        for (given, expected) in cases {
            assert_eq!(sealed(&given, "", &secrets), expected, "{given}");
        }
    }
}
