//! A tenant as calls and scripts name it.

use std::{fmt, ops::Deref, sync::Arc};

/// A tenant of the server by all its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The default domain, in the server's spelling: the server compares it with regard to case.
    pub domain: String,
    /// The customer id, a GUID.
    pub id: String,
    /// The display name.
    pub name: String,
}

/// A tenant that was found on a server, as scripts hold it; it shows as its default domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantHandle {
    tenant: Arc<Tenant>,
    server: Arc<str>,
}

impl TenantHandle {
    /// A tenant of the server at this address.
    pub fn new(tenant: Tenant, server: &Arc<str>) -> Self {
        Self { tenant: Arc::new(tenant), server: Arc::clone(server) }
    }

    /// Whether this text names it: its domain or its id, whatever the case.
    pub fn is_named(&self, name: &str) -> bool {
        self.domain.eq_ignore_ascii_case(name) || self.id.eq_ignore_ascii_case(name)
    }

    /// The address of the server that knows it.
    pub fn server(&self) -> &str {
        &self.server
    }
}

impl Deref for TenantHandle {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.tenant
    }
}

impl fmt::Display for TenantHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.domain)
    }
}
