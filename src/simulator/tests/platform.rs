//! What the server says of itself and of its caller.

use serde_json::json;

use super::{Client, Settings};
use crate::simulator::Role;

#[test]
fn the_ping_needs_no_token() {
    let client = Client::new(Settings::default());
    let answer = client.ask("GET", "/api/PublicPing", "");
    assert_eq!((answer.status, answer.json()["Results"]["Message"].clone()), (200, json!("Pong")));
}

#[test]
fn the_version_is_compared() {
    let client = Client::new(Settings::default());
    for (query, local, old) in [("", json!(null), true), ("?LocalVersion=10.8.2", json!("10.8.2"), false)] {
        let answer = client.get(&format!("GetVersion{query}")).json();
        assert_eq!((&answer["LocalCIPPVersion"], &answer["OutOfDateCIPP"]), (&local, &json!(old)), "{query}");
        assert_eq!(answer["LocalCIPPAPIVersion"], "10.8.2");
    }
}

#[test]
fn the_request_is_echoed_with_its_headers() {
    let client = Client::new(Settings::default());
    let echo = client.post("ListApiTest?a=1", &json!({"b": 2})).json();
    assert_eq!(echo["Request"]["Query"], json!({"a": "1"}));
    assert_eq!(echo["Request"]["Body"], json!({"b": 2}));
    assert_eq!(echo["Request"]["Headers"]["authorization"], format!("Bearer {}", client.token));
}

#[test]
fn the_role_decides_what_may_be_called() {
    for (role, list, write, standards) in
        [(Role::ReadOnly, 200, 403, 403), (Role::Editor, 200, 200, 403), (Role::Admin, 200, 200, 200)]
    {
        let client = Client::new(Settings { role, ..Settings::default() });
        let me = client.get("me").json();
        assert_eq!(me["clientPrincipal"]["appRole"], json!([role.name()]));
        let may = |permission: &str| me["permissions"].as_array().unwrap().contains(&json!(permission));
        for (permission, what, status) in [
            ("Identity.User.Read", "ListPerUserMFA?tenantFilter=contoso.com&allUsers=true", list),
            ("Identity.User.ReadWrite", "ExecDisableUser?tenantFilter=contoso.com&ID=ann@contoso.com", write),
            ("Tenant.Standards.ReadWrite", "RemoveStandard?ID=x", standards),
        ] {
            let answer = client.get(what);
            assert_eq!((answer.status, may(permission)), (status, status == 200), "{role:?} {what}");
            if status == 403 {
                assert!(answer.text().starts_with("Access to this CIPP API endpoint is not allowed"));
                assert!(answer.header("content-type").unwrap().starts_with("text/plain"));
            }
        }
    }
}

#[test]
fn features_that_are_off_say_so() {
    let client = Client::new(Settings::default());
    for name in ["ExecBPA", "ListBPA", "listbpa", "ListBPATemplates", "AddBPATemplate", "RemoveBPATemplate", "ExecMcp"]
    {
        let answer = client.get(name);
        assert_eq!(answer.status, 503, "{name}");
        assert!(answer.text().starts_with("This feature has been disabled"), "{name}");
    }
}
