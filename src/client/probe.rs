//! Requests that find out how things stand: sent once, with or without a token, and taken as they come back.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{Answer, Client, Outgoing, Verb, open::cut};
use crate::failure::Failure;

/// What a token says of itself; empty where it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Who it is for.
    pub audience: String,
    /// Whose it is.
    pub client: String,
}

impl Client {
    /// Reads an endpoint, once: nothing is tried again. Without a token it is what anybody could ask.
    ///
    /// # Errors
    ///
    /// No token, or no answer at all.
    pub fn probe(&self, endpoint: &str, with_token: bool) -> Result<Answer, Failure> {
        let (io, open) = self.opened()?;
        let open = std::sync::Arc::clone(open);
        let request = Outgoing {
            verb: Verb::Get,
            path: endpoint.into(),
            query: Vec::new(),
            body: None,
            tenant: String::new(),
            changes: false,
            repeatable: true,
        };
        let answer = io.run(async move {
            let exchange = async {
                let token = if with_token { Some(open.tokens.current(&open.wire).await?) } else { None };
                open.wire.send(&request, token.as_deref(), cut(open.interrupt.clone(), false)).await
            };
            open.unless_interrupted(std::pin::pin!(exchange)).await
        });
        answer.flatten().map_err(|trouble| self.explain(trouble, false))
    }

    /// Gets a token and tells what it says of itself.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn claims(&self) -> Result<Claims, Failure> {
        let (io, open) = self.opened()?;
        let open = std::sync::Arc::clone(open);
        let token = io.run(async move { open.tokens.current(&open.wire).await });
        token.flatten().map(|token| read(&token)).map_err(|trouble| self.explain(trouble, false))
    }
}

/// The claims of a token. It is read only to tell of it: whether it is good is for the server to say.
fn read(token: &str) -> Claims {
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok());
    let claims: Value = payload.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let text = |name: &str| claims[name].as_str().map(String::from);
    Claims {
        audience: text("aud").unwrap_or_default(),
        client: text("appid").or_else(|| text("azp")).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_says_of_itself() {
        let token = |claims: &str| format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        for (token, audience, client) in [
            (token(r#"{"aud":"api://c","appid":"c"}"#), "api://c", "c"),
            (token(r#"{"aud":"c","azp":"c"}"#), "c", "c"),
            (token("[]"), "", ""),
            ("opaque".to_owned(), "", ""),
        ] {
            assert_eq!(read(&token), Claims { audience: audience.into(), client: client.into() }, "{token}");
        }
    }
}
