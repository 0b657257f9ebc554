//! Which tenants a request reaches that a script gives as it is.

use serde_json::Value;

use super::{Session, Tenants, raw::Raw};
use crate::{
    catalogue::{
        Effect, Endpoint, Place, Scope, Target, TenantLookup as _,
        arguments::{self, Named, Request},
    },
    failure::{Failure, Kind},
};

impl Session {
    /// Every tenant that it names, which all exist. Where the server would not find the one it asks for, a write is
    /// refused, and anything is where the guard limits tenants: it would take the partner's own.
    pub(super) fn reached(
        &self,
        raw: &Raw,
        endpoint: Option<&'static Endpoint>,
        effect: Effect,
    ) -> Result<Vec<Target>, Failure> {
        let (query, body) = (Value::Object(raw.query.clone()), raw.body.as_ref().unwrap_or(&Value::Null));
        let parts = [&query, body];
        let names = arguments::named_tenants(endpoint, &parts);
        // Other things than tenants are called so too; what is one counts.
        let perhaps = endpoint.map(|_| arguments::perhaps_tenants(&parts)).unwrap_or_default();
        let mut tenants = Vec::new();
        if !names.is_empty() || !perhaps.is_empty() {
            let known = self.tenants()?;
            for named in &names {
                let unknown = |why| Failure::new(Kind::Usage, format!("{}: {why}", raw.name));
                tenants.push(target(named, &known).map_err(unknown)?);
            }
            tenants.extend(perhaps.iter().filter_map(|named| target(named, &known).ok()));
        }
        if let Some(endpoint) = endpoint.filter(|endpoint| !arguments::name_in_place(endpoint, &query, body)) {
            if effect >= Effect::Write && endpoint.scope == Scope::One {
                return Err(nowhere(endpoint));
            }
            self.by_tenants(endpoint, effect, &[])?;
        }
        // One tenant by two of its names is one.
        let mut distinct: Vec<Target> = Vec::with_capacity(tenants.len());
        for target in tenants {
            if !distinct.contains(&target) {
                distinct.push(target);
            }
        }
        Ok(distinct)
    }
}

impl Session {
    /// Tenants that a request names in parts of which no record tells that a tenant stands there.
    pub(super) fn named_beside(&self, request: &Request) -> Result<Vec<Target>, Failure> {
        let query = request.query.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        let body = request.body.as_ref().unwrap_or(&Value::Null);
        let perhaps = arguments::perhaps_tenants(&[&Value::Object(query), body]);
        if perhaps.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.tenants()?;
        let found = perhaps.iter().filter_map(|named| target(named, &known).ok());
        Ok(found.filter(|target| !request.tenants.contains(target)).collect())
    }
}

fn target(named: &Named, known: &Tenants) -> Result<Target, String> {
    match named {
        Named::Group(id) => Ok(Target::Group(id.clone())),
        Named::Tenant(name) if name.trim().eq_ignore_ascii_case("AllTenants") => Ok(Target::AllTenants),
        Named::Tenant(name) => known.resolve(name).map(Target::Tenant),
    }
}

fn nowhere(endpoint: &Endpoint) -> Failure {
    let places = endpoint.params.iter().filter(|param| param.tenant.is_some()).map(|param| match param.place {
        Place::Query => format!("{} in the query", param.path),
        Place::Body => format!("{} in the body", param.path),
        Place::Both => format!("{} in the query or the body", param.path),
    });
    let places: Vec<String> = places.collect();
    Failure::new(Kind::Usage, format!("{} names no tenant where the server looks for it", endpoint.name))
        .because(format!("it reads {}", places.join(", ")))
        .hint("name the tenant there: where it is left out the server may take the partner's own")
}
