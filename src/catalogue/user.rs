//! A user by the names that calls know, and the question who is meant.

use super::Tenant;

/// A user of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The object id.
    pub id: String,
    /// The user principal name.
    pub upn: String,
    /// The name for people.
    pub name: String,
}

impl User {
    /// Whether it is a guest by its name, which does not go into an address as it is.
    pub fn is_guest(&self) -> bool {
        self.upn.contains("#EXT#") || self.upn.contains("#ext#")
    }
}

/// Finds the user that a text means.
pub trait UserLookup {
    /// The one user of a tenant that `name`, a user principal name, mail address or object id, means.
    ///
    /// # Errors
    ///
    /// The reason in words, with suggestions where there are any.
    fn resolve(&self, tenant: &Tenant, name: &str) -> Result<User, String>;
}
