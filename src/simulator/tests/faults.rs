//! Each fault, seen from the other end of the socket.

use std::io::Read;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Client, Settings};
use crate::simulator::Faults;

const BOB: &str = "ListPerUserMFA?tenantFilter=contoso.com&userId=bob@contoso.com";

fn client(rule: &str) -> Client {
    let text = format!("[[fault]]\nendpoint = \"ExecPerUserMFA\"\n{rule}");
    let faults = Some(Faults::parse(&text, "faults.toml").unwrap());
    Client::new(Settings { faults, ..Settings::default() })
}

fn body() -> Value {
    json!({"tenantFilter": "contoso.com", "userPrincipalName": "bob@contoso.com", "State": "enforced"})
}

/// Every byte that a write of Bob's state brings back.
fn write(client: &Client) -> Vec<u8> {
    client.raw("POST", "/api/ExecPerUserMFA", &client.headers(), &body().to_string())
}

fn written(client: &Client) -> bool {
    client.get(BOB).json()[0]["PerUserMFAState"] == "enforced"
}

#[test]
fn another_answer_takes_the_place_of_the_real_one() {
    for (rule, status, kind, text) in [
        ("status = 503\nheaders = { Retry-After = \"7\" }", 503, "text/plain; charset=utf-8", ""),
        (
            "status = 502\nbody = \"<html>Bad Gateway</html>\"\nheaders = { Retry-After = \"7\" }",
            502,
            "text/html",
            "<html>Bad Gateway</html>",
        ),
        (
            "results = \"Failed to do it\"\nheaders = { Retry-After = \"7\" }",
            200,
            "application/json; charset=utf-8",
            r#"{"Results":"Failed to do it"}"#,
        ),
        (
            "status = 500\nbody = \"a,b\"\ncontent_type = \"text/csv\"\nheaders = { Retry-After = \"7\" }",
            500,
            "text/csv",
            "a,b",
        ),
    ] {
        for (apply, applied) in [("", false), ("apply = false", false), ("apply = true", true)] {
            let client = client(&format!("{rule}\n{apply}"));
            let answer = client.post("ExecPerUserMFA", &body());
            assert_eq!((answer.status, answer.text().as_str()), (status, text), "{rule}");
            assert_eq!(answer.header("content-type"), Some(kind), "{rule}");
            assert_eq!(answer.header("retry-after"), Some("7"), "{rule}");
            assert_eq!(answer.header("x-cippsh-sim"), Some("fault"), "{rule}");
            assert_eq!(written(&client), applied, "{rule} {apply}");
        }
    }
}

#[test]
fn a_connection_is_closed_before_the_answer() {
    for (apply, applied) in [("", false), ("apply = true", true)] {
        let client = client(&format!("reset = \"before\"\n{apply}"));
        assert_eq!(write(&client), b"", "{apply}");
        assert_eq!(written(&client), applied, "{apply}");
    }
}

#[test]
fn a_connection_is_closed_within_the_body() {
    let client = client("reset = \"in_body\"");
    let bytes = String::from_utf8(write(&client)).unwrap();
    let (head, body) = bytes.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    let announced = format!(
        "content-length: {}",
        br#"{"Results":["Successfully set Per user MFA State for bob@contoso.com"]}"#.len()
    );
    assert!(head.to_lowercase().contains(&announced), "{head}");
    assert_eq!(body, r#"{"Results":["Successfully set Per u"#);
    assert!(written(&client));
}

#[test]
fn a_body_is_cut_as_if_it_were_whole() {
    let client = client("truncate = true");
    let answer = client.post("ExecPerUserMFA", &body());
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    assert_eq!(answer.text(), r#"{"Results":["Successfully set Per u"#);
    assert!(written(&client));
}

#[test]
fn an_answer_never_comes() {
    for (apply, applied) in [("", false), ("apply = true", true)] {
        let client = client(&format!("stall = true\n{apply}"));
        let mut stream = client.send("POST", "/api/ExecPerUserMFA", &client.headers(), &body().to_string());
        // Another call that was sent later is answered meanwhile.
        while client.simulator.requests().iter().all(|seen| seen.path != "/api/ExecPerUserMFA") {
            std::thread::yield_now();
        }
        assert_eq!(written(&client), applied, "{apply}");
        stream.set_nonblocking(true).unwrap();
        let nothing = stream.read(&mut [0; 1]).unwrap_err();
        assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
        // It ends with the server.
        stream.set_nonblocking(false).unwrap();
        drop(client);
        assert!(matches!(stream.read(&mut [0; 1]), Ok(0) | Err(_)));
    }
}

#[test]
fn an_answer_comes_late() {
    let client = client("delay_ms = 150");
    let start = Instant::now();
    assert_eq!(client.post("ExecPerUserMFA", &body()).status, 200);
    assert!(start.elapsed() >= Duration::from_millis(150));
    assert!(written(&client));
}

#[test]
fn headers_alone_leave_the_answer_as_it_is() {
    let client = client("headers = { x-ms-note = \"hello\" }");
    let answer = client.post("ExecPerUserMFA", &body());
    assert_eq!((answer.status, answer.header("x-ms-note")), (200, Some("hello")));
    assert_eq!(answer.header("x-cippsh-sim"), Some("stateful"));
}

#[test]
fn a_token_ends_in_the_middle() {
    let mut client = client("expire_token = true\nafter = 2\ntimes = 1");
    let statuses: Vec<_> = (0..4).map(|_| client.post("ExecPerUserMFA", &body()).status).collect();
    assert_eq!(statuses, [200, 200, 401, 401]);
    assert_eq!(client.get(BOB).status, 401);
    client.token = client.grant().json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(client.post("ExecPerUserMFA", &body()).status, 200);
}

#[test]
fn only_calls_with_the_text_come_to_harm() {
    let client = client("status = 500\ncontaining = \"BOB@contoso.com\"");
    let ann = json!({"tenantFilter": "contoso.com", "userPrincipalName": "ann@contoso.com", "State": "enforced"});
    assert_eq!(client.post("ExecPerUserMFA", &ann).status, 200);
    assert_eq!(client.post("ExecPerUserMFA", &body()).status, 500);
    assert_eq!(client.get(BOB).status, 200);
}

#[test]
fn the_token_endpoint_has_faults_of_its_own() {
    let text = "[[fault]]\nendpoint = \"token\"\nafter = 1\nstatus = 500\nbody = \"{}\"\n[[fault]]\nendpoint = \"*\"\nstatus = 418";
    let faults = Some(Faults::parse(text, "faults.toml").unwrap());
    let client = Client::new(Settings { faults, ..Settings::default() });
    assert_eq!(client.grant().status, 500);
    assert_eq!(client.get("ListTenants").status, 418);
}

#[test]
fn calls_beyond_the_capacity_are_turned_away() {
    let text = "[[fault]]\nendpoint = \"*\"\ncapacity = 2\nheaders = { Retry-After = \"1\" }\n\
        [[fault]]\nendpoint = \"ListTenants\"\nstall = true";
    let faults = Some(Faults::parse(text, "faults.toml").unwrap());
    let client = Client::new(Settings { faults, ..Settings::default() });
    let stall = || client.send("GET", "/api/ListTenants", &client.headers(), "");
    let (one, _two) = (stall(), stall());
    let arrived = || client.simulator.requests().iter().filter(|seen| seen.path == "/api/ListTenants").count();
    while arrived() < 2 {
        std::thread::yield_now();
    }
    let refused = client.get(BOB);
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    // Who gives up makes room.
    drop(one);
    assert!((0..10_000).any(|_| client.get(BOB).status == 200));
}
