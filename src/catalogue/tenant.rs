//! A tenant by all its names, and the one question that is asked about one: who is meant?

pub use crate::value::Tenant;

/// Finds the tenant that a text means.
pub trait TenantLookup {
    /// The one tenant that `name` (a domain, customer id or display name) means.
    ///
    /// # Errors
    ///
    /// The reason in words, with suggestions where there are any: `no tenant "contso.com"; did you mean
    /// contoso.com?`.
    fn resolve(&self, name: &str) -> Result<Tenant, String>;
}

/// What a call reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One tenant.
    Tenant(Tenant),
    /// Every tenant of the server, by the literal `AllTenants`.
    AllTenants,
    /// The tenants of a group, by its id.
    Group(String),
}

impl Target {
    /// The default domain, the literal, or the group's id.
    pub fn name(&self) -> &str {
        match self {
            Self::Tenant(tenant) => &tenant.domain,
            Self::AllTenants => "AllTenants",
            Self::Group(id) => id,
        }
    }
}
