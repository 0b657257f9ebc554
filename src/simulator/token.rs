//! The token endpoint, with the checks of the real one, and the tokens that it gave out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::reply::Reply;
use super::request::pairs;
use super::state::client::Client;

/// Who may call, and the tokens that are out.
#[derive(Debug)]
pub(crate) struct Tokens {
    /// The only caller that there is.
    pub(crate) client: Client,
    life: Duration,
    /// Who its tokens are for.
    audience: String,
    valid: Mutex<HashMap<String, Instant>>,
}

impl Tokens {
    /// No token is out yet; each will live so long.
    pub(crate) fn new(client: Client, life: Duration) -> Self {
        Self { audience: format!("api://{}", client.id), client, life, valid: Mutex::default() }
    }

    /// With tokens that are for somebody else, as those of a registration that is set up wrongly are.
    pub(crate) fn for_audience(mut self, audience: Option<String>) -> Self {
        self.audience = audience.unwrap_or(self.audience);
        self
    }

    /// Answers a request to `/<tenant>/oauth2/v2.0/token`.
    pub(crate) fn grant(&self, method: &Method, tenant: &str, content_type: Option<&str>, body: &[u8]) -> Reply {
        let form = content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let text = if form { String::from_utf8_lossy(body) } else { "".into() };
        match self.refusal(method, tenant, &pairs(&text)) {
            Some(refusal) => refusal.reply(),
            None => Reply::json(&json!({
                "token_type": "Bearer",
                "expires_in": self.life.as_secs(),
                "ext_expires_in": self.life.as_secs(),
                "access_token": self.issue(),
            })),
        }
    }

    /// Whether the value of an `Authorization` header carries a token that is still good.
    pub(crate) fn accepts(&self, authorization: Option<&str>) -> bool {
        let mut valid = self.valid.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(token) = bearer(authorization) else { return false };
        match valid.get(token) {
            Some(end) if *end > Instant::now() => true,
            Some(_) => {
                valid.remove(token);
                false
            }
            None => false,
        }
    }

    /// Makes the token of an `Authorization` header worthless.
    pub(crate) fn expire(&self, authorization: Option<&str>) {
        if let Some(token) = bearer(authorization) {
            self.valid.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
        }
    }

    fn issue(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({
            "aud": self.audience, "iss": format!("https://sts.windows.net/{}/", self.client.tenant_id),
            "iat": now, "nbf": now, "exp": now + self.life.as_secs(), "appid": self.client.id, "appidacr": "1",
            "tid": self.client.tenant_id, "uti": Uuid::new_v4().to_string(), "ver": "1.0",
        });
        let signature = URL_SAFE_NO_PAD.encode([*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat());
        let token = format!("{}.{}.{signature}", part(json!({"typ": "JWT", "alg": "RS256"})), part(claims));
        let end = Instant::now() + self.life;
        self.valid.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), end);
        token
    }

    fn refusal(&self, method: &Method, tenant: &str, form: &[(String, String)]) -> Option<Refusal> {
        let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        let (client, scope) = (field("client_id"), field("scope"));
        if method != Method::POST {
            return Some(Refusal(400, "invalid_request", 900_561, format!("Only POST is accepted, not {method}.")));
        }
        if !tenant.eq_ignore_ascii_case(&self.client.tenant_id) {
            return Some(Refusal(400, "invalid_request", 90_002, format!("Tenant '{tenant}' not found.")));
        }
        for name in ["grant_type", "client_id", "scope"] {
            if field(name).is_empty() {
                let text = format!("The request body must contain the following parameter: '{name}'.");
                return Some(Refusal(400, "invalid_request", 900_144, text));
            }
        }
        if field("grant_type") != "client_credentials" {
            let text = format!("Grant '{}' is not supported.", field("grant_type"));
            return Some(Refusal(400, "unsupported_grant_type", 70_003, text));
        }
        if !client.eq_ignore_ascii_case(&self.client.id) {
            let text = format!("Application with identifier '{client}' was not found in the directory.");
            return Some(Refusal(400, "unauthorized_client", 700_016, text));
        }
        if field("client_secret").is_empty() {
            let text = "The request must contain 'client_secret' or 'client_assertion'.".to_owned();
            return Some(Refusal(401, "invalid_client", 7_000_218, text));
        }
        if field("client_secret") != self.client.secret {
            let text = format!("Invalid client secret provided for app '{client}'.");
            return Some(Refusal(401, "invalid_client", 7_000_215, text));
        }
        self.wrong_scope(scope)
    }

    fn wrong_scope(&self, scope: &str) -> Option<Refusal> {
        let Some(resource) = scope.strip_suffix("/.default") else {
            let text = format!("The scope '{scope}' is not valid; it must end in '/.default'.");
            return Some(Refusal(400, "invalid_scope", 1_002_012, text));
        };
        let known = resource.strip_prefix("api://").is_some_and(|id| id.eq_ignore_ascii_case(&self.client.id));
        let text = || format!("The resource principal named {resource} was not found in the tenant.");
        (!known).then(|| Refusal(400, "invalid_resource", 500_011, text()))
    }
}

/// A refusal: status, error, Entra's number for it, and the text.
struct Refusal(u16, &'static str, u32, String);

impl Refusal {
    fn reply(self) -> Reply {
        let Self(status, error, code, text) = self;
        Reply::json_of(
            status,
            &json!({
                "error": error,
                "error_description": format!("AADSTS{code}: {text}"),
                "error_codes": [code],
                "trace_id": Uuid::new_v4().to_string(),
                "correlation_id": Uuid::new_v4().to_string(),
            }),
        )
    }
}

fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::state::seed::Seed;

    fn tokens(life: Duration) -> Tokens {
        Tokens::new(Client::new(Seed::new(1), "11111111-2222-4333-8444-555555555555"), life)
    }

    fn grant(tokens: &Tokens, changed: (&str, &str)) -> Value {
        let scope = format!("api://{}/.default", tokens.client.id);
        let mut fields = [
            ("grant_type", "client_credentials"),
            ("client_id", tokens.client.id.as_str()),
            ("client_secret", tokens.client.secret.as_str()),
            ("scope", scope.as_str()),
            ("tenant", tokens.client.tenant_id.as_str()),
        ];
        fields.iter_mut().filter(|field| field.0 == changed.0).for_each(|field| field.1 = changed.1);
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let kind = Some("application/x-www-form-urlencoded");
        let reply = tokens.grant(&Method::POST, fields[4].1, kind, body[..4].join("&").as_bytes());
        let mut value: Value = serde_json::from_slice(&reply.body).unwrap();
        value["status"] = reply.status.into();
        value
    }

    #[test]
    fn each_wrong_field_is_refused_for_what_it_is() {
        let tokens = tokens(Duration::from_secs(60));
        for (changed, status, error, code) in [
            (("grant_type", "password"), 400, "unsupported_grant_type", 70003),
            (("grant_type", ""), 400, "invalid_request", 900144),
            (("client_id", "nobody"), 400, "unauthorized_client", 700016),
            (("client_secret", "wrong"), 401, "invalid_client", 7000215),
            (("client_secret", ""), 401, "invalid_client", 7000218),
            (("scope", "api://other/.default"), 400, "invalid_resource", 500011),
            (("scope", "https://graph.microsoft.com/.default"), 400, "invalid_resource", 500011),
            (("scope", "openid"), 400, "invalid_scope", 1002012),
            (("tenant", "other"), 400, "invalid_request", 90002),
        ] {
            let answer = grant(&tokens, changed);
            assert_eq!(
                (answer["status"].clone(), answer["error"].clone()),
                (json!(status), json!(error)),
                "{changed:?}"
            );
            assert_eq!(answer["error_codes"], json!([code]), "{changed:?}");
            assert!(answer["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{code}: ")));
        }
    }

    #[test]
    fn other_verbs_and_other_bodies_are_refused() {
        let tokens = tokens(Duration::from_secs(60));
        let json = Some("application/json");
        assert_eq!(tokens.grant(&Method::GET, &tokens.client.tenant_id, None, b"").status, 400);
        assert_eq!(tokens.grant(&Method::POST, &tokens.client.tenant_id, json, b"{}").status, 400);
    }

    #[test]
    fn a_token_is_accepted_until_it_ends() {
        let tokens = tokens(Duration::from_secs(60));
        let header = |answer: Value| format!("Bearer {}", answer["access_token"].as_str().unwrap());
        let (one, two) = (header(grant(&tokens, ("", ""))), header(grant(&tokens, ("", ""))));
        assert_ne!(one, two);
        assert!(tokens.accepts(Some(&one)) && tokens.accepts(Some(&two)));
        tokens.expire(Some(&one));
        for (authorization, accepted) in [
            (Some(one.as_str()), false),
            (Some(&two), true),
            (Some("Bearer x"), false),
            (Some(&two[7..]), false),
            (None, false),
        ] {
            assert_eq!(tokens.accepts(authorization), accepted, "{authorization:?}");
        }
    }

    #[test]
    fn a_token_without_a_life_is_never_accepted() {
        let tokens = tokens(Duration::ZERO);
        let answer = grant(&tokens, ("", ""));
        assert_eq!(answer["expires_in"], 0);
        assert!(!tokens.accepts(Some(&format!("Bearer {}", answer["access_token"].as_str().unwrap()))));
    }
}
