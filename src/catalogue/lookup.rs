//! Endpoints and parameters by name, and what to offer when there is none of that name.

use super::name::letters;
use super::path::same;
use super::record::{Effect, Endpoint, Param};
use super::table::ENDPOINTS;

/// Every endpoint, sorted by name without regard to case.
pub fn all() -> &'static [Endpoint] {
    &ENDPOINTS
}

/// The endpoint of this name, whatever its case and underscores.
pub fn find(name: &str) -> Option<&'static Endpoint> {
    let at = ENDPOINTS.binary_search_by(|endpoint| letters(endpoint.name).cmp(letters(name))).ok()?;
    ENDPOINTS.get(at)
}

/// Whether the answer of any endpoint is known to carry a property of this name.
pub fn is_field(name: &str) -> bool {
    ENDPOINTS.iter().any(|endpoint| endpoint.fields.binary_search(&name).is_ok())
}

impl Endpoint {
    /// The parameter of this path, whatever its case, underscores and `$`; the nearest spelling wins, so that
    /// `expand` and `$expand` stay apart where the server reads both.
    pub fn param(&self, path: &str) -> Option<&'static Param> {
        let like = self.params.iter().filter(|param| same(param.path, path));
        like.min_by_key(|param| (param.path != path, !param.path.eq_ignore_ascii_case(path)))
    }

    /// Whether all that it does is to remove something, as its name says: what is gone already is then as it should be.
    pub fn removes(&self) -> bool {
        let is_verb = |(at, verb): (usize, &str)| !self.name[at + verb.len()..].starts_with('d');
        self.effect == Effect::Destroy
            && ["Remove", "Delete"].into_iter().any(|verb| self.name.match_indices(verb).any(is_verb))
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

    #[test]
    fn endpoints_that_remove_are_known_by_their_names() {
        for (name, expected) in [
            ("RemoveUser", true),
            ("ExecGroupsDelete", true),
            ("ExecRemoveAdminRole", true),
            ("ExecRestoreDeleted", false),
            ("ListDeletedItems", false),
            ("ExecPerUserMFA", false),
        ] {
            assert_eq!(find(name).unwrap().removes(), expected, "{name}");
        }
        assert!(all().iter().filter(|endpoint| endpoint.removes()).count() > 50);
    }
}
