//! What lies before the endpoints: token, paths, verbs, and what is remembered.

use serde_json::json;

use super::{Client, Settings};
use crate::simulator::{Shell, start};

#[test]
fn a_call_needs_a_token_that_is_good() {
    let client = Client::new(Settings::default());
    let wrong = "Authorization: Bearer aaa.bbb.ccc\r\n";
    let right = client.headers();
    for (path, headers, status) in [
        ("/api/ListTenants", "", 401),
        ("/api/ListTenants", wrong, 401),
        ("/api/ListTenants", right.as_str(), 200),
        ("/api/NoSuchEndpoint", "", 401),
        ("/api", "", 401),
        ("/api/", "", 401),
        ("/api", &right, 404),
    ] {
        let answer = client.ask("GET", path, headers);
        assert_eq!(answer.status, status, "{path} {headers}");
        assert!(answer.header("x-cippsh-sim").is_some(), "{path}");
        if status == 401 {
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "), "{path}");
            assert!(answer.body.is_empty(), "{path}");
        }
    }
}

#[test]
fn a_token_grows_old() {
    let client = Client::new(Settings { token_life_s: 0, ..Settings::default() });
    assert_eq!(client.grant().json()["expires_in"], 0);
    assert_eq!(client.get("ListTenants").status, 401);
}

#[test]
fn the_name_is_found_in_any_case_by_any_verb() {
    let client = Client::new(Settings::default());
    for (method, path) in [("GET", "ListTenants"), ("POST", "listtenants"), ("DELETE", "LISTTENANTS/")] {
        let answer = client.ask(method, &format!("/api/{path}"), &client.headers());
        assert_eq!((answer.status, answer.json().as_array().unwrap().len()), (200, 3), "{method} {path}");
    }
    let unknown = client.get("NoSuchEndpoint");
    assert_eq!((unknown.status, unknown.text().as_str()), (404, "Endpoint not found"));
    assert!(unknown.header("content-type").unwrap().starts_with("text/plain"));
}

#[test]
fn other_paths_are_the_front_end() {
    let client = Client::new(Settings::default());
    for path in ["/", "/identity/administration/users", "/apis/ListTenants", "/frontend/api/ListTenants"] {
        let answer = client.ask("GET", path, "");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html")), "{path}");
        assert!(answer.text().starts_with("<!DOCTYPE html>"), "{path}");
    }
}

#[test]
fn requests_are_remembered_in_order() {
    let client = Client::new(Settings::default());
    client.get("ListTenants?a=1");
    client.post("ExecPerUserMFA", &json!({"State": "x"}));
    let seen = client.simulator.requests();
    let paths: Vec<_> =
        seen.iter().map(|seen| (seen.method.as_str(), seen.path.as_str(), seen.query.as_str())).collect();
    assert_eq!(paths[1..], [("GET", "/api/ListTenants", "a=1"), ("POST", "/api/ExecPerUserMFA", "")]);
    assert!(seen[0].path.ends_with("/oauth2/v2.0/token"));
    assert_eq!(seen[2].body, r#"{"State":"x"}"#);
}

#[test]
fn five_lines_set_the_connection() {
    let simulator = start(Settings::default()).unwrap();
    let url = simulator.url();
    for (shell, first) in [
        (Shell::Posix, format!("export CIPP_API_URL={url}")),
        (Shell::PowerShell, format!("$env:CIPP_API_URL = '{url}'")),
    ] {
        let lines = simulator.env_lines(shell);
        assert_eq!(lines.lines().next(), Some(first.as_str()));
        for name in ["CIPP_TOKEN_URL", "CIPP_TENANT_ID", "CIPP_CLIENT_ID", "CIPP_CLIENT_SECRET"] {
            assert_eq!(lines.matches(name).count(), 1, "{lines}");
        }
        assert_eq!(lines.lines().count(), 5);
    }
}

#[test]
fn dropping_it_frees_the_port_and_a_taken_port_is_told() {
    let first = start(Settings::default()).unwrap();
    let port: u16 = first.origin().rsplit(':').next().unwrap().parse().unwrap();
    let failure = start(Settings { port, ..Settings::default() }).unwrap_err();
    assert!(failure.message.contains(&port.to_string()), "{failure}");
    drop(first);
    start(Settings { port, ..Settings::default() }).unwrap();
}

#[test]
fn the_same_settings_give_the_same_data() {
    let today = Some(jiff::civil::date(2026, 8, 1));
    let settings = |seed| Settings { seed, today, ..Settings::default() };
    let (one, same, other) = (Client::new(settings(1)), Client::new(settings(1)), Client::new(settings(2)));
    for what in ["ListTenants", "ListUsers?tenantFilter=contoso.com", "ListMFAUsers?tenantFilter=fabrikam.com"] {
        assert_eq!(one.get(what).body, same.get(what).body, "{what}");
        assert_ne!(one.get(what).body, other.get(what).body, "{what}");
    }
    assert_eq!(one.simulator.client_secret(), same.simulator.client_secret());
}
