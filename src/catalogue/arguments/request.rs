//! A call that is ready to be sent.

use std::fmt;

use serde_json::Value;

use crate::catalogue::Target;
use crate::catalogue::{Effect, Endpoint, Method};

/// A call that is ready to be sent. Its `Debug` form shows no argument, for they can hold secrets.
#[derive(Clone)]
pub struct Request {
    /// The endpoint that is called.
    pub endpoint: &'static Endpoint,
    /// The verb.
    pub method: Method,
    /// The pairs of the query, not encoded yet, in the order of the arguments.
    pub query: Vec<(String, String)>,
    /// The JSON body; `None` for a GET, at least `{}` or `[]` for a POST.
    pub body: Option<Value>,
    /// Every tenant that the call names, once, in order.
    pub tenants: Vec<Target>,
    /// What the call does to the world.
    pub effect: Effect,
    /// Whether it can be sent twice without doing more than once.
    pub retry_safe: bool,
    /// How much it reaches: for each row the users it names (at least one) times the tenants it names (at least
    /// one). `AllTenants` and a tenant group count as one each: only the session knows how many they are.
    pub targets: usize,
    /// What is doubtful, but only by facts that are claimed; one sentence each, without the endpoint's name.
    pub warnings: Vec<String>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("endpoint", &self.endpoint.name)
            .field("tenants", &self.tenants)
            .field("effect", &self.effect)
            .finish_non_exhaustive()
    }
}
