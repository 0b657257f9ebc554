//! The one caller that is registered with the server.

use super::seed::Seed;

/// A caller's registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    /// The tenant in which it is registered: the partner's.
    pub(crate) tenant_id: String,
    /// Its id.
    pub(crate) id: String,
    /// Its secret, worth nothing elsewhere.
    pub(crate) secret: String,
}

impl Client {
    /// The caller of a simulator with this seed, registered in the tenant of this id.
    pub(crate) fn new(root: Seed, tenant_id: &str) -> Self {
        let seed = root.of("client", 0);
        Self {
            tenant_id: tenant_id.to_owned(),
            id: seed.guid("id"),
            secret: format!("sim.{}", seed.guid("secret").replace('-', "")),
        }
    }
}
