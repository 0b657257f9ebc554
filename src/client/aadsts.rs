//! What Microsoft Entra means when it refuses a token.

use serde_json::Value;

use crate::failure::{Failure, Kind};

/// Entra's error number, what it means here, and what to do. Numbers as in Microsoft's reference of AADSTS errors.
const KNOWN: &[(u64, &str, &str)] = &[
    (
        7000215,
        "the client secret is wrong",
        "it must be the secret's value, not its id; make a new one in CIPP under Integrations > CIPP-API",
    ),
    (7000222, "the client secret has expired", "make a new one in CIPP under Integrations > CIPP-API"),
    (700016, "there is no application with this client id in the tenant", "check the client id and the tenant id"),
    (7000112, "the application is disabled in the tenant", "enable it in Entra, or make a new API client in CIPP"),
    (53003, "a conditional access policy of the tenant blocks the client", "exclude the API client from that policy"),
    (900023, "the tenant id is neither a UUID nor a domain", "check the tenant id of the connection"),
    (90002, "there is no such tenant", "check the tenant id: it is the partner's own, not a customer's"),
    (
        500011,
        "the application has no Application ID URI, so no token can be made for it",
        "repair the API client in CIPP (Integrations > CIPP-API), or give its scope by CIPP_SCOPE",
    ),
    (
        1002012,
        "the scope is wrong",
        "it must end in /.default; leave CIPP_SCOPE out to have it made from the client id",
    ),
];

/// Tells why no token was given. Only numbers are taken from the answer: its text may repeat what was sent.
pub(super) fn explain(token_url: &str, status: u16, body: &[u8]) -> Failure {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let number = answer["error_codes"][0].as_u64().or_else(|| number_in(answer["error_description"].as_str()?));
    match number.and_then(|number| KNOWN.iter().find(|known| known.0 == number)) {
        Some((number, meaning, hint)) => {
            Failure::new(Kind::Auth, format!("no token: {meaning}")).because(format!("AADSTS{number}")).hint(*hint)
        }
        None => {
            let kind = if status >= 500 || status == 429 { Kind::Unavailable } else { Kind::Auth };
            let cause = number.map_or_else(|| format!("HTTP {status}"), |number| format!("AADSTS{number}"));
            Failure::new(kind, format!("no token: {token_url} refuses"))
                .because(cause)
                .hint("check tenant id, client id, secret and token URL of the connection")
        }
    }
}

fn number_in(text: &str) -> Option<u64> {
    let digits = text.split("AADSTS").nth(1)?;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_is_told_for_what_it_is() {
        let cases: &[(u16, &str, Kind, &str)] = &[
            (401, r#"{"error_codes":[7000215]}"#, Kind::Auth, "no token: the client secret is wrong"),
            (
                400,
                r#"{"error_description":"AADSTS700016: Application with identifier 'x' was not found"}"#,
                Kind::Auth,
                "no token: there is no application with this client id in the tenant",
            ),
            (400, r#"{"error_codes":[1]}"#, Kind::Auth, "no token: U refuses"),
            (503, "<html>", Kind::Unavailable, "no token: U refuses"),
        ];
        for (status, body, kind, message) in cases {
            let failure = explain("U", *status, body.as_bytes());
            assert_eq!((failure.kind, failure.message.as_str()), (*kind, *message), "{body}");
        }
    }
}
