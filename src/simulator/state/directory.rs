//! The users of one tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::seed::Seed;
use super::user::User;

/// The users of one tenant, in a fixed order.
///
/// Readers take the users as they are at a moment, a list of shared rows, so that no lock is held while an answer is
/// written.
#[derive(Debug)]
pub(crate) struct Directory {
    users: Mutex<Vec<Arc<User>>>,
    /// Object ids and lower-case user principal names, with positions in `users`.
    names: HashMap<String, usize>,
    reported: Vec<Arc<User>>,
}

impl Directory {
    /// Makes the first `count` users of a tenant.
    pub(crate) fn make(tenant: Seed, count: usize, domain: &str, initial: &str) -> Self {
        let users: Vec<_> = (0..count).map(|number| Arc::new(User::make(tenant, number, domain, initial))).collect();
        let names = users.iter().enumerate();
        let names = names.flat_map(|(at, user)| [(user.id.clone(), at), (user.upn.to_lowercase(), at)]).collect();
        Self { reported: users.clone(), users: Mutex::new(users), names }
    }

    /// All users as they are now.
    pub(crate) fn users(&self) -> Vec<Arc<User>> {
        self.lock().clone()
    }

    /// All users as the nightly report saw them: as they were when the tenant was made.
    pub(crate) fn reported(&self) -> &[Arc<User>] {
        &self.reported
    }

    /// The user of this id or name.
    ///
    /// The server puts the name into a path as it is, where `#` ends the path: a guest is found by its id only.
    pub(crate) fn user(&self, name: &str) -> Option<Arc<User>> {
        self.position(name).and_then(|at| self.lock().get(at).cloned())
    }

    /// Changes a user; false when there is none of this id or name.
    pub(crate) fn change(&self, name: &str, change: impl FnOnce(&mut User)) -> bool {
        let Some(at) = self.position(name) else { return false };
        match self.lock().get_mut(at) {
            Some(user) => change(Arc::make_mut(user)),
            None => return false,
        }
        true
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.get(&in_path(name).to_lowercase()).copied()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<User>>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is left of a name in the path of a URL.
pub(crate) fn in_path(name: &str) -> &str {
    name.split(['#', '?']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::state::user::{Kind, PerUserMfa};

    fn directory() -> Directory {
        Directory::make(Seed::new(1), 40, "contoso.com", "contoso.onmicrosoft.com")
    }

    #[test]
    fn finds_by_id_and_by_name_in_any_case_but_guests_by_id_only() {
        let directory = directory();
        let users = directory.users();
        let guest = users.iter().find(|user| user.kind == Kind::Guest).unwrap();
        for (name, found) in [
            ("ann@contoso.com", true),
            ("Ann@Contoso.COM", true),
            (users[2].id.as_str(), true),
            ("nobody@contoso.com", false),
            (guest.upn.as_str(), false),
            (guest.id.as_str(), true),
            ("", false),
        ] {
            assert_eq!(directory.user(name).is_some(), found, "{name}");
        }
    }

    #[test]
    fn a_change_is_seen_by_later_readers_only() {
        let directory = directory();
        let before = directory.users();
        assert!(directory.change("ann@contoso.com", |user| user.per_user_mfa = PerUserMfa::Enforced));
        assert_eq!(before[2].per_user_mfa, PerUserMfa::Disabled);
        assert_eq!(directory.users()[2].per_user_mfa, PerUserMfa::Enforced);
        assert_eq!(directory.reported()[2].per_user_mfa, PerUserMfa::Disabled);
        assert!(!directory.change("nobody@contoso.com", |_| ()));
    }
}
