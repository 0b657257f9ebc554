//! A client that is nothing but a socket, so that the tests see what is on the wire.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::simulator::{Settings, Simulator, start};

/// A simulator with a client that holds a token.
pub(crate) struct Client {
    pub(crate) simulator: Simulator,
    pub(crate) token: String,
}

/// An answer as it came: all bytes after the request, until the server closed.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    /// A header by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.head, self.text()))
    }
}

impl Client {
    pub(crate) fn new(settings: Settings) -> Self {
        let mut client = Self { simulator: start(settings).unwrap(), token: String::new() };
        client.token = client.grant().json()["access_token"].as_str().unwrap().to_owned();
        client
    }

    /// Asks the token endpoint as it should be asked.
    pub(crate) fn grant(&self) -> Answer {
        let (id, secret) = (self.simulator.client_id(), self.simulator.client_secret());
        let form = format!(
            "grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=api%3A%2F%2F{id}%2F.default"
        );
        let path = self.simulator.token_url().strip_prefix(self.simulator.origin()).unwrap();
        let head = "Content-Type: application/x-www-form-urlencoded\r\n";
        Answer::read(&self.raw("POST", path, head, &form))
    }

    /// Sends a request with exactly these headers and returns every byte that comes back.
    pub(crate) fn raw(&self, method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
        let mut stream = self.send(method, path, headers, body);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an end");
        bytes
    }

    /// Sends a request and leaves the answer to the caller.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
        let host = self.simulator.origin().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        stream
    }

    /// The headers of a call that may pass.
    pub(crate) fn headers(&self) -> String {
        format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token)
    }

    /// `GET /api/<what>`
    pub(crate) fn get(&self, what: &str) -> Answer {
        Answer::read(&self.raw("GET", &format!("/api/{what}"), &self.headers(), ""))
    }

    /// `POST /api/<what>`
    pub(crate) fn post(&self, what: &str, body: &Value) -> Answer {
        Answer::read(&self.raw("POST", &format!("/api/{what}"), &self.headers(), &body.to_string()))
    }

    /// A request to any path with any headers.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        Answer::read(&self.raw(method, path, headers, ""))
    }
}
