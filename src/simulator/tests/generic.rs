//! Endpoints without state.

use serde_json::json;

use super::{Client, Settings};
use crate::catalogue;

#[test]
fn every_endpoint_answers_and_says_what_its_answer_is_made_from() {
    let client = Client::new(Settings::default());
    for record in catalogue::all() {
        let answer = client.post(record.name, &json!({"tenantFilter": "contoso.com"}));
        assert!(matches!(answer.status, 200 | 400 | 403 | 404 | 500 | 503), "{}: {}", record.name, answer.status);
        assert_ne!(answer.body, b"Endpoint not found", "{}", record.name);
        let mark = answer.header("x-cippsh-sim");
        assert!(matches!(mark, Some("generic" | "stateful")), "{}: {mark:?}", record.name);
        if answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
            answer.json();
        }
    }
}

#[test]
fn a_write_succeeds_whatever_the_tenant_unless_it_cannot_be_reached() {
    let client = Client::new(Settings { errors: 1, ..Settings::default() });
    for (tenant, status, start) in [
        ("contoso.com", 200, "Successfully executed RemoveTransportRule for contoso.com"),
        ("nowhere.example", 200, "Successfully executed RemoveTransportRule for nowhere.example"),
        ("tailspintoys.com", 500, "Failed to execute RemoveTransportRule: "),
    ] {
        let answer = client.get(&format!("RemoveTransportRule?guid=x&tenantFilter={tenant}"));
        assert_eq!(answer.status, status, "{tenant}");
        assert_eq!(answer.header("x-cippsh-sim"), Some("generic"));
        let text = answer.text();
        assert!(text.contains(start), "{tenant}: {text}");
    }
}
