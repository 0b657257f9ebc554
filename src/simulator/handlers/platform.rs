//! The server itself: whether it lives, what it is, who asks.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Reply, Request, World};
use crate::catalogue;
use crate::simulator::powershell::text;
use crate::simulator::state::calendar::now;

/// The version of the API that is simulated.
const VERSION: &str = "10.8.2";

/// `PublicPing`
pub(super) fn ping(_: &World, _: &Request) -> Reply {
    let results = json!({
        "Message": "Pong", "ColdStart": false, "Timestamp": now(), "RequestId": Uuid::new_v4().to_string(),
    });
    Reply::results(200, results)
}

/// `GetVersion`: the version of the front end is the caller's word, and without it counts as old.
pub(super) fn version(_: &World, request: &Request) -> Reply {
    let local = text(request.query("LocalVersion"));
    Reply::json(&json!({
        "LocalCIPPVersion": if local.is_empty() { Value::Null } else { json!(local) },
        "RemoteCIPPVersion": VERSION,
        "LocalCIPPAPIVersion": VERSION,
        "RemoteCIPPAPIVersion": VERSION,
        "OutOfDateCIPP": local != VERSION,
        "OutOfDateCIPPAPI": false,
    }))
}

/// `me`: the caller and what it may do.
pub(super) fn me(world: &World, _: &Request) -> Reply {
    let permissions: BTreeSet<_> = catalogue::all().iter().map(|record| record.role).collect();
    let permissions: Vec<_> =
        permissions.into_iter().filter(|role| *role != "Public" && world.role.may(role)).collect();
    Reply::json(&json!({
        "clientPrincipal": {"appId": world.client.id, "appRole": [world.role.name()]},
        "permissions": permissions,
    }))
}

/// `ListApiTest`: the request itself, its headers too.
pub(super) fn echo(_: &World, request: &Request) -> Reply {
    let headers = request.headers.iter();
    let headers: Map<_, _> = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned().into()))
        .collect();
    Reply::json(&json!({
        "Request": {
            "Method": request.method.as_str(), "Headers": headers, "Query": request.whole_query(),
            "Body": request.whole_body(), "Params": {"CIPPEndpoint": request.endpoint},
        },
        "TriggerMetadata": {"CIPPEndpoint": request.endpoint},
        "AllowedTenants": ["AllTenants"],
        "BlockedTenants": [],
    }))
}

/// Endpoints of features that are off unless the administrator turns them on.
pub(super) fn disabled(_: &World, request: &Request) -> Reply {
    Reply::text(503, format!("This feature has been disabled: {}", request.endpoint))
}
