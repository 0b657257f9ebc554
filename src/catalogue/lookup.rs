//! Endpoints and parameters by name, and what to offer when there is none of that name.

use super::name::key;
use super::record::{Endpoint, Param};
use super::table::ENDPOINTS;

/// Every endpoint, sorted by name without regard to case.
pub fn all() -> &'static [Endpoint] {
    &ENDPOINTS
}

/// The endpoint of this name, whatever its case and underscores.
pub fn find(name: &str) -> Option<&'static Endpoint> {
    let wanted = key(name);
    let at = ENDPOINTS.binary_search_by(|endpoint| key(endpoint.name).cmp(&wanted)).ok()?;
    ENDPOINTS.get(at)
}

impl Endpoint {
    /// The parameter of this path, whatever its case, underscores and `$`. Where two differ in case only, one of
    /// them is read in the query and the other in the body: the exact spelling wins, then the first.
    pub fn param(&self, path: &str) -> Option<&'static Param> {
        let wanted = key(path);
        let exact = self.params.iter().find(|param| param.path == path);
        exact.or_else(|| self.params.iter().find(|param| key(param.path) == wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_is_found_whatever_its_spelling() {
        for endpoint in all() {
            for name in [endpoint.name.to_owned(), endpoint.name.to_uppercase(), format!("_{}", endpoint.name)] {
                assert_eq!(find(&name).map(|found| found.name), Some(endpoint.name), "{name}");
            }
        }
        assert!(find("ListUser").is_none());
    }

    #[test]
    fn parameters_are_found_whatever_their_spelling() {
        let endpoint = find("list_users").unwrap();
        for name in ["tenantFilter", "TenantFilter", "tenant_filter"] {
            assert_eq!(endpoint.param(name).map(|param| param.path), Some("tenantFilter"), "{name}");
        }
        assert!(endpoint.param("tenant").is_none());
    }
}
