//! People: what one call writes, the reading ones show.

mod groups;
mod licences;
mod mailboxes;
mod others;
mod scheduler;
mod users;

use serde_json::{Value, json};

use super::{Client, Settings};

/// The tenant of these tests.
const TENANT: &str = "contoso.com";
const ANN: &str = "ann@contoso.com";
/// Two licences.
const MAIL: &str = "4b9405b0-7788-4568-add1-99614e613b69";
const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";

/// One write with its answer, and the read that shows it.
struct Case {
    /// The endpoint that writes.
    write: &'static str,
    /// Its body; the tenant is added.
    body: Value,
    /// How one of the texts of its answer starts.
    says: &'static str,
    /// What is read then; the tenant is added.
    read: String,
    /// Where in the answer to look.
    at: &'static str,
    /// What stands there.
    shows: Value,
}

fn case(write: &'static str, body: Value, says: &'static str, read: &str, at: &'static str, shows: Value) -> Case {
    Case { write, body, says, read: read.to_owned(), at, shows }
}

/// Writes, and returns the status and the texts of the answer.
fn write(client: &Client, endpoint: &str, body: &Value) -> (u16, Vec<String>) {
    let mut body = body.clone();
    if let Value::Object(body) = &mut body {
        body.entry("tenantFilter").or_insert(json!(TENANT));
    }
    let answer = client.post(endpoint, &body);
    let results = if answer.body.is_empty() { Value::Null } else { answer.json()["Results"].clone() };
    let items = results.as_array().cloned().unwrap_or_else(|| vec![results]);
    let texts = items.iter().map(|item| item.get("resultText").unwrap_or(item).as_str().unwrap_or_default().to_owned());
    (answer.status, texts.collect())
}

fn read(client: &Client, what: &str) -> Value {
    let join = if what.contains('?') { '&' } else { '?' };
    client.get(&format!("{what}{join}tenantFilter={TENANT}")).json()
}

#[track_caller]
fn run(client: &Client, cases: Vec<Case>) {
    for case in cases {
        let (status, texts) = write(client, case.write, &case.body);
        let what = format!("{} {}", case.write, case.body);
        assert_eq!(status, 200, "{what}: {texts:?}");
        assert!(texts.iter().any(|text| text.starts_with(case.says)), "{what}: {texts:?}");
        let answer = read(client, &case.read);
        let found = answer.pointer(case.at).cloned().unwrap_or(Value::Null);
        assert_eq!(found, case.shows, "{what}, then {}", case.read);
        let logged = client.get("ListLogs").json();
        assert_eq!(logged[0]["API"], case.write, "{what}");
    }
}

/// The object id of a user.
fn id(client: &Client, upn: &str) -> String {
    read(client, &format!("ListUsers?UserID={upn}"))[0]["id"].as_str().unwrap().to_owned()
}

/// The row of a list in which a column has this value.
fn row(rows: &Value, column: &str, value: &str) -> Value {
    let rows = rows.get("Results").unwrap_or(rows);
    rows.as_array().into_iter().flatten().find(|row| row[column] == value).cloned().unwrap_or(Value::Null)
}
