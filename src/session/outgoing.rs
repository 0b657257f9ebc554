//! A built request as the client takes it.

use crate::{
    catalogue::{Effect, Method, Target, arguments::Request},
    client::{Outgoing, Verb},
    failure::{Failure, Kind},
};

/// The request with its body written out, and what may be done with it.
pub(super) fn outgoing(request: &Request) -> Result<Outgoing, Failure> {
    let body = request.body.as_ref().map(serde_json::to_vec).transpose();
    let body = body.map_err(|cause| Failure::new(Kind::Internal, "the body cannot be written").because(cause))?;
    let verb = match request.method {
        Method::Get => Verb::Get,
        Method::Post => Verb::Post,
    };
    let changes = request.effect >= Effect::Write;
    Ok(Outgoing {
        verb,
        path: request.endpoint.name.into(),
        query: request.query.clone(),
        body,
        tenant: share(&request.tenants),
        changes,
        repeatable: !changes || request.retry_safe,
    })
}

/// The tenant whose share of the load a call is; one that reaches several is nobody's.
pub(super) fn share(tenants: &[Target]) -> String {
    match tenants {
        [Target::Tenant(tenant)] => tenant.domain.clone(),
        _ => String::new(),
    }
}
