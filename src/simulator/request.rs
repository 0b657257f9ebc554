//! A call as an endpoint of the server sees it.

use axum::http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::powershell;

/// A call: the endpoint's name as it was written, the query and the body.
///
/// Every endpoint says where it reads a parameter. One that is sent in another place is not seen, as on the server.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The name of the endpoint, in the caller's case of letters.
    pub(crate) endpoint: String,
    /// The verb; hardly any endpoint looks at it.
    pub(crate) method: Method,
    /// The headers; none unless they are set.
    pub(crate) headers: HeaderMap,
    query: Value,
    body: Value,
    /// Two keys of the body differ only by case: the server then finds keys in their exact spelling only.
    exact: bool,
}

impl Request {
    /// Reads a call. A body of another type than JSON, and one that is no JSON, is as good as none.
    pub(crate) fn new(endpoint: &str, method: Method, query: &str, content_type: Option<&str>, body: &[u8]) -> Self {
        let json = content_type.is_none_or(|kind| {
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
        });
        let body = if json { serde_json::from_slice(body).unwrap_or_default() } else { Value::Null };
        let query = pairs(query).into_iter().map(|(name, value)| (name, Value::String(value))).collect::<Map<_, _>>();
        let (endpoint, query) = (endpoint.to_owned(), query.into());
        Self { endpoint, method, headers: HeaderMap::new(), query, exact: clashes(&body), body }
    }

    /// Adds the headers.
    pub(crate) fn with_headers(self, headers: HeaderMap) -> Self {
        Self { headers, ..self }
    }

    /// A parameter of the query; null when it is not there.
    pub(crate) fn query(&self, name: &str) -> &Value {
        self.find(&self.query, name)
    }

    /// A member of the body; null when it is not there.
    pub(crate) fn body(&self, name: &str) -> &Value {
        self.find(&self.body, name)
    }

    /// A parameter of the query or else of the body.
    pub(crate) fn either(&self, name: &str) -> &Value {
        match self.query(name) {
            Value::Null => self.body(name),
            value => value,
        }
    }

    /// Query and body as one, as the catalogue takes the arguments of a call.
    pub(crate) fn arguments(&self) -> Value {
        match (&self.query, &self.body) {
            (Value::Object(query), Value::Object(body)) => {
                query.iter().chain(body).map(|(name, value)| (name.clone(), value.clone())).collect()
            }
            (_, Value::Array(_)) => self.body.clone(),
            _ => self.query.clone(),
        }
    }

    /// The whole query, an object of texts.
    pub(crate) fn whole_query(&self) -> &Value {
        &self.query
    }

    /// The whole body.
    pub(crate) fn whole_body(&self) -> &Value {
        &self.body
    }

    fn find<'v>(&self, place: &'v Value, name: &str) -> &'v Value {
        if self.exact { place.get(name).unwrap_or(&Value::Null) } else { powershell::member(place, name) }
    }
}

/// The pairs of a query string or of a form, decoded; a later one of the same name, in any case of letters, is joined
/// to the earlier by a comma.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (decoded(name), decoded(value));
        match pairs.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
            Some((_, earlier)) => *earlier = format!("{earlier},{value}"),
            None => pairs.push((name, value)),
        }
    }
    pairs
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn clashes(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(clashes),
        Value::Object(object) => {
            let mut keys: Vec<_> = object.keys().map(|key| key.to_lowercase()).collect();
            keys.sort_unstable();
            keys.windows(2).any(|two| two[0] == two[1]) || object.values().any(clashes)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(query: &str, content_type: Option<&str>, body: &str) -> Request {
        Request::new("ListUsers", Method::POST, query, content_type, body.as_bytes())
    }

    #[test]
    fn names_are_found_in_any_case_and_the_query_comes_first() {
        let call = request("TenantFilter=contoso.com&a=x%20y+z&flag", None, r#"{"tenantfilter":"no","Deep":{"b":1}}"#);
        assert_eq!(*call.query("tenantFilter"), json!("contoso.com"));
        assert_eq!(*call.either("TENANTFILTER"), json!("contoso.com"));
        assert_eq!(*call.body("tenantFilter"), json!("no"));
        assert_eq!(*call.query("a"), json!("x y z"));
        assert_eq!(*call.query("flag"), json!(""));
        assert_eq!(*call.either("deep"), json!({"b": 1}));
        assert_eq!(*call.either("nothing"), Value::Null);
    }

    #[test]
    fn only_json_is_read_as_a_body() {
        for (content_type, body, expected) in [
            (None, r#"{"a":1}"#, json!(1)),
            (Some("application/json; charset=utf-8"), r#"{"a":1}"#, json!(1)),
            (Some("text/plain"), r#"{"a":1}"#, Value::Null),
            (Some("application/json"), "{", Value::Null),
            (Some("application/json"), "", Value::Null),
        ] {
            assert_eq!(*request("", content_type, body).body("a"), expected, "{content_type:?} {body}");
        }
    }

    #[test]
    fn keys_that_differ_only_by_case_make_every_name_exact() {
        let call = request("tenantFilter=contoso.com", None, r#"{"ID":1,"other":{"x":1,"X":2}}"#);
        assert_eq!(*call.query("TenantFilter"), Value::Null);
        assert_eq!(*call.body("id"), Value::Null);
        assert_eq!(*call.body("ID"), json!(1));
    }

    #[test]
    fn a_name_that_comes_twice_is_joined() {
        assert_eq!(pairs("a=1&A=2"), [("a".to_owned(), "1,2".to_owned())]);
    }
}
