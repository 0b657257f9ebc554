//! Reaching a server, and what is told when it cannot be reached.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use cippsh::simulator::{Faults, Settings};

use crate::test::{Test, simulator};

const COUNT: &str = r#"ListUsers(#{ tenantFilter: "contoso.com" }).len()"#;

fn faults(text: &str) -> Settings {
    Settings { faults: Some(Faults::parse(text, "faults").unwrap()), ..Settings::default() }
}

#[test]
fn nothing_set_is_refused() {
    let ran = Test::new(["eval", COUNT]).run().code(4).stdout("");
    ran.tells(&["no connection to a CIPP server", "CIPP_API_URL", "--demo"]);
}

#[test]
fn half_a_connection_is_refused() {
    let ran = Test::new(["eval", COUNT]).env("CIPP_API_URL", "https://cipp.example").run().code(2);
    ran.tells(&["half a connection", "CIPP_TENANT_ID", "CIPP_CLIENT_SECRET"]);
}

#[test]
fn a_connection_of_the_settings_file() {
    let simulator = simulator(Settings::default());
    let settings = format!(
        "[connections.lab]\nurl = \"{}\"\ntoken_url = \"{}\"\ntenant_id = \"{}\"\nclient_id = \"{}\"\nsecret = {{ env = \"LAB_SECRET\" }}\nread_only = true\n",
        simulator.url().trim_end_matches("/api"),
        simulator.token_url(),
        simulator.tenant_id(),
        simulator.client_id()
    );
    let test = |code: &str| {
        Test::new(["eval", code]).file("cippsh/config.toml", &settings).env("LAB_SECRET", simulator.client_secret())
    };
    test(COUNT).run().code(0).stdout("40\n");
    let write = r#"ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: "x", State: "enforced" })"#;
    test(&format!("try {{ {write} }} catch (e) {{ print(\"caught\") }}"))
        .run()
        .code(5)
        .stdout("")
        .tells(&["the connection is read-only", "read_only = true in connection \"lab\""]);
    assert!(!simulator.requests().iter().any(|seen| seen.path == "/api/ExecPerUserMFA"));
    Test::new(["eval", "--connection", "lib", COUNT])
        .file("cippsh/config.toml", &settings)
        .run()
        .code(2)
        .tells(&["no connection named \"lib\"", "has lab"]);
}

#[test]
fn no_time_at_all_for_a_call_is_refused() {
    for line in ["timeout = 0", "connect_timeout = 0", "timeout = -3"] {
        let settings = format!(
            "[connections.lab]\nurl = \"https://cipp.example\"\ntenant_id = \"t\"\nclient_id = \"c\"\n{line}\nsecret = {{ env = \"LAB_SECRET\" }}\n"
        );
        let ran = Test::new(["eval", COUNT]).file("cippsh/config.toml", &settings).env("LAB_SECRET", "s").run();
        ran.code(2).tells(&["cannot read the settings in", "config.toml", "line 5: invalid value"]);
    }
}

#[test]
fn a_wrong_secret_is_told_for_what_it_is() {
    let simulator = simulator(Settings::default());
    let ran = Test::new(["eval", COUNT]).on(&simulator).env("CIPP_CLIENT_SECRET", "wrong-Hush1").run().code(4);
    assert!(!ran.stderr.contains("wrong-Hush1"), "{}", ran.stderr);
    ran.tells(&["the client secret is wrong", "AADSTS7000215", "Integrations > CIPP-API"]);
}

#[test]
fn a_failed_login_cannot_be_caught() {
    let simulator = simulator(Settings::default());
    let code = format!("try {{ {COUNT} }} catch (e) {{ print(\"caught\") }}");
    Test::new(["eval", &code]).on(&simulator).env("CIPP_CLIENT_SECRET", "wrong").run().code(4).stdout("");
}

#[test]
fn a_dead_server_is_told_for_what_it_is() {
    let simulator = simulator(Settings::default());
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let dead = format!("http://127.0.0.1:{port}");
    let ran = Test::new(["eval", COUNT]).on(&simulator).env("CIPP_API_URL", &dead).run().code(6);
    ran.tells(&[&format!("no connection to {dead}/api"), "refused"]);
    let ran = Test::new(["eval", COUNT]).on(&simulator).env("CIPP_TOKEN_URL", &format!("{dead}/token")).run().code(6);
    ran.tells(&["no token: no answer from"]);
}

#[test]
fn a_front_end_is_told_for_what_it_is() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<!doctype html>",
        "HTTP/1.1 302 Found\r\nLocation: /.auth/login/aad\r\nContent-Length: 0\r\n\r\n",
    ] {
        let front_end = serve(answer);
        let simulator = simulator(Settings::default());
        let ran = Test::new(["eval", COUNT]).on(&simulator).env("CIPP_API_URL", &front_end).run().code(6);
        ran.tells(&["this is the front end's address, not the API's", "Integrations > CIPP-API"]);
    }
}

/// Gives this answer to every request, and answers where.
fn serve(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn a_token_that_expires_in_the_middle_is_renewed_once_for_all() {
    let simulator =
        simulator(faults("[[fault]]\nendpoint = \"ListUsers\"\nafter = 300\ntimes = 1\nexpire_token = true\n"));
    let code = r#"let ids = (0..1000).collect(); bulk(ids, |i| ListUsers(#{ tenantFilter: "contoso.com", fields: ["id"] }).len()).summary()"#;
    let code = code.replace("(0..1000).collect()", "{ let l = []; for i in 0..1000 { l.push(i); } l }");
    Test::new(["eval", "--concurrency", "16", &code]).on(&simulator).run().code(0).stdout("\"1000 items: 1000 ok\"\n");
    let tokens = simulator.requests().iter().filter(|seen| seen.path.ends_with("/token")).count();
    assert_eq!(tokens, 2, "one at the start and one renewal");
}

#[test]
fn secrets_stay_out_of_everything_that_is_printed() {
    let simulator = simulator(faults("[[fault]]\nendpoint = \"ListUsers\"\nstatus = 500\nbody = \"boom\"\n"));
    let ran = Test::new(["eval", "--verbose", COUNT]).on(&simulator).run().code(1);
    assert!(!ran.stderr.contains(simulator.client_secret()), "{}", ran.stderr);
    ran.tells(&["boom"]);
}
