//! The tenants of a server, and the one that a name means.

use std::sync::{Arc, PoisonError};

use rhai::Dynamic;
use serde_json::json;

use super::Session;
use crate::{
    catalogue::TenantLookup,
    failure::{Failure, Kind},
    value::{Row, Tenant},
};

/// The server leaves a tenant out of its own jobs from this many errors on (CIPP 10.8.2).
const BROKEN_FROM: i64 = 50;

/// How a tenant stands with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A customer that can be managed.
    Managed,
    /// The partner's own.
    Partner,
    /// The server cannot reach it.
    Broken,
    /// Excluded on the server.
    Excluded,
}

impl Standing {
    /// The name that scripts see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Partner => "partner",
            Self::Broken => "broken",
            Self::Excluded => "excluded",
        }
    }
}

/// A tenant in the server's list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its names.
    pub tenant: Tenant,
    /// Its first domain, which is also taken for its name.
    pub initial_domain: String,
    /// How it stands.
    pub standing: Standing,
    /// Why it cannot be reached; empty otherwise.
    pub why: String,
}

/// The server's list.
#[derive(Debug, Default)]
pub struct Tenants(Vec<Listed>);

impl Tenants {
    /// Reads the rows of `ListTenants`.
    pub(super) fn read(rows: &[Dynamic], partner_id: &str) -> Result<Self, Failure> {
        let unreadable = |cause: String| Failure::new(Kind::Api, "the list of tenants cannot be read").because(cause);
        let mut tenants = Vec::with_capacity(rows.len());
        for row in rows {
            let row = row.read_lock::<Row>().ok_or_else(|| unreadable(row.to_string()))?;
            let text = |name: &str| {
                let value = row.get_ignoring_case(name);
                value.filter(|value| value.is_string()).map(ToString::to_string).unwrap_or_default()
            };
            let tenant =
                Tenant { domain: text("defaultDomainName"), id: text("customerId"), name: text("displayName") };
            if tenant.domain.is_empty() || tenant.id.is_empty() {
                // The server tells a failure as a row that names no tenant.
                return Err(unreadable(tenant.name).hint("run the permission check in CIPP"));
            }
            if tenant.id.eq_ignore_ascii_case("AllTenants") {
                continue;
            }
            let errors = row.get_ignoring_case("GraphErrorCount").and_then(|count| count.as_int().ok());
            let excluded = row.get_ignoring_case("Excluded").is_some_and(|excluded| excluded.as_bool() == Ok(true));
            let standing = if text("domains") == "PartnerTenant" || tenant.id.eq_ignore_ascii_case(partner_id) {
                Standing::Partner
            } else if excluded {
                Standing::Excluded
            } else if errors.is_some_and(|errors| errors >= BROKEN_FROM) {
                Standing::Broken
            } else {
                Standing::Managed
            };
            let why = if standing == Standing::Broken { text("LastGraphError") } else { String::new() };
            tenants.push(Listed { tenant, initial_domain: text("initialDomainName"), standing, why });
        }
        Ok(Self(tenants))
    }

    /// All of them, in the server's order.
    pub fn iter(&self) -> impl Iterator<Item = &Listed> {
        self.0.iter()
    }

    /// Up to three names that were perhaps meant.
    fn nearest(&self, name: &str) -> Vec<&str> {
        let name = name.to_lowercase();
        let mut near: Vec<(usize, &str)> = self
            .iter()
            .flat_map(|listed| {
                let Tenant { domain, name, .. } = &listed.tenant;
                [domain, &listed.initial_domain, name].map(|known| (known.as_str(), domain.as_str()))
            })
            .filter_map(|(known, domain)| {
                let known = known.to_lowercase();
                let distance = strsim::damerau_levenshtein(&name, &known);
                let close = distance <= (name.len() / 4).clamp(1, 3);
                let part = name.len() >= 3 && known.contains(&name);
                (close || part).then_some((distance, domain))
            })
            .collect();
        near.sort();
        near.dedup_by_key(|(_, domain)| *domain);
        near.into_iter().map(|(_, domain)| domain).take(3).collect()
    }
}

impl TenantLookup for Tenants {
    fn resolve(&self, name: &str) -> Result<Tenant, String> {
        // What a tenant does not have, such as an initial domain, is empty too.
        if name.trim().is_empty() {
            return Err(format!("no tenant \"{name}\""));
        }
        let is = |known: &str| known.eq_ignore_ascii_case(name.trim());
        let by_key = self.iter().find(|listed| {
            let Tenant { domain, id, .. } = &listed.tenant;
            is(domain) || is(id) || is(&listed.initial_domain)
        });
        if let Some(listed) = by_key {
            return Ok(listed.tenant.clone());
        }
        let by_name: Vec<&Listed> = self.iter().filter(|listed| is(&listed.tenant.name)).collect();
        match by_name.as_slice() {
            [only] => Ok(only.tenant.clone()),
            [] => {
                let near = self.nearest(name);
                let suggestion =
                    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
                Err(format!("no tenant \"{name}\"{suggestion}"))
            }
            several => {
                let domains: Vec<&str> = several.iter().map(|listed| listed.tenant.domain.as_str()).collect();
                Err(format!("\"{name}\" is the name of several tenants: {}", domains.join(", ")))
            }
        }
    }
}

impl Session {
    /// The server's list of tenants.
    pub fn tenants(&self) -> Result<Arc<Tenants>, Failure> {
        let mut kept = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tenants) = &*kept {
            return Ok(Arc::clone(tenants));
        }
        let rows = self.rows("ListTenants", &json!({}))?;
        let tenants = Arc::new(Tenants::read(&rows, &self.connection.tenant_id)?);
        self.guard.idle(&tenants).iter().for_each(|warning| self.notice(warning));
        *kept = Some(Arc::clone(&tenants));
        Ok(tenants)
    }

    /// Whether the list is there already.
    pub(super) fn knows_tenants(&self) -> bool {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The server's list of tenants as it is now; it is the session's from now on.
    ///
    /// Nobody waits for it meanwhile.
    pub fn fresh_tenants(&self) -> Result<Arc<Tenants>, Failure> {
        let rows = self.rows("ListTenants", &json!({}))?;
        let tenants = Arc::new(Tenants::read(&rows, &self.connection.tenant_id)?);
        *self.tenants.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&tenants));
        Ok(tenants)
    }

    /// The server's list of tenants, and those that the server leaves out of it.
    pub fn tenants_in_detail(&self) -> Result<Vec<Listed>, Failure> {
        let mut all: Vec<Listed> = self.tenants()?.iter().cloned().collect();
        let excluded = self.rows("ExecExcludeTenant", &json!({ "List": true }))?;
        for listed in Tenants::read(&excluded, &self.connection.tenant_id)?.iter() {
            if !all.iter().any(|known| known.tenant.id == listed.tenant.id) {
                all.push(Listed { standing: Standing::Excluded, ..listed.clone() });
            }
        }
        Ok(all)
    }

    /// The one tenant that a name means.
    pub fn tenant(&self, name: &str) -> Result<Tenant, Failure> {
        self.tenants()?.resolve(name).map_err(|why| Failure::new(Kind::NotFound, why))
    }
}

/// Takes every tenant for what it says it is.
pub(super) struct Unchecked;

impl TenantLookup for Unchecked {
    fn resolve(&self, name: &str) -> Result<Tenant, String> {
        Ok(Tenant { domain: name.to_string(), id: name.to_string(), name: name.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::value::from_json;

    fn list(rows: Value) -> Result<Tenants, Failure> {
        Tenants::read(&from_json(rows).into_array().unwrap(), "p")
    }

    fn sample() -> Tenants {
        list(json!([
            { "defaultDomainName": "contoso.com", "initialDomainName": "contoso.onmicrosoft.com", "customerId": "1", "displayName": "Contoso" },
            { "defaultDomainName": "contoso.net", "customerId": "2", "displayName": "Contoso" },
            { "defaultDomainName": "fabrikam.com", "customerId": "3", "displayName": "Fabrikam", "GraphErrorCount": 50, "LastGraphError": "no consent" },
            { "defaultDomainName": "partner.example", "customerId": "P", "displayName": "*Partner Tenant" },
            { "defaultDomainName": "AllTenants", "customerId": "AllTenants", "displayName": "*All Tenants" },
        ]))
        .unwrap()
    }

    #[test]
    fn a_name_means_one_tenant_or_none() {
        let tenants = sample();
        let cases: &[(&str, Result<&str, &str>)] = &[
            ("contoso.com", Ok("contoso.com")),
            ("CONTOSO.com", Ok("contoso.com")),
            ("contoso.onmicrosoft.com", Ok("contoso.com")),
            ("3", Ok("fabrikam.com")),
            ("fabrikam", Ok("fabrikam.com")),
            ("Contoso", Err("\"Contoso\" is the name of several tenants: contoso.com, contoso.net")),
            ("contso.com", Err("no tenant \"contso.com\"; did you mean contoso.com?")),
            ("zzz", Err("no tenant \"zzz\"")),
            ("AllTenants", Err("no tenant \"AllTenants\"")),
        ];
        for (name, expected) in cases {
            let found = tenants.resolve(name).map(|tenant| tenant.domain);
            assert_eq!(found.as_deref().map_err(String::as_str), *expected, "{name}");
        }
    }

    #[test]
    fn each_tenant_has_its_standing() {
        let tenants = sample();
        let standings: Vec<_> = tenants.iter().map(|listed| (listed.standing.name(), listed.why.as_str())).collect();
        assert_eq!(standings, [("managed", ""), ("managed", ""), ("broken", "no consent"), ("partner", "")]);
    }

    #[test]
    fn a_failure_told_as_a_row_is_a_failure() {
        let told = json!([{ "defaultDomainName": "", "customerId": "", "displayName": "Failed to retrieve tenants." }]);
        assert_eq!(list(told).unwrap_err().causes, ["Failed to retrieve tenants."]);
    }
}
