//! The users of one tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::calendar::moment;
use super::seed::Seed;
use super::user::User;

/// The users of one tenant, in the order in which they came.
///
/// Readers take the users as they are at a moment, a list of shared rows, so that no lock is held while an answer is
/// written.
#[derive(Debug)]
pub(crate) struct Directory {
    state: Mutex<State>,
    reported: Vec<Arc<User>>,
}

#[derive(Debug)]
struct State {
    users: Vec<Arc<User>>,
    /// Object ids and lower-case user principal names, with positions in `users`.
    names: HashMap<String, usize>,
    deleted: Vec<Deleted>,
    added: usize,
}

/// A user that was deleted and can still be restored.
#[derive(Debug, Clone)]
pub(crate) struct Deleted {
    /// The user as it was.
    pub(crate) user: Arc<User>,
    /// When it was deleted.
    pub(crate) time: String,
}

impl Directory {
    /// Makes the first `count` users of a tenant.
    pub(crate) fn make(tenant: Seed, count: usize, domain: &str, initial: &str) -> Self {
        let users: Vec<_> = (0..count).map(|number| Arc::new(User::make(tenant, number, domain, initial))).collect();
        let reported = users.clone();
        let mut state = State { users, names: HashMap::new(), deleted: Vec::new(), added: 0 };
        state.index();
        Self { reported, state: Mutex::new(state) }
    }

    /// All users as they are now.
    pub(crate) fn users(&self) -> Vec<Arc<User>> {
        self.lock().users.clone()
    }

    /// All users as the nightly report saw them: as they were when the tenant was made.
    pub(crate) fn reported(&self) -> &[Arc<User>] {
        &self.reported
    }

    /// The user of this id or name.
    ///
    /// The server puts the name into a path as it is, where `#` ends the path: a guest is found by its id only.
    pub(crate) fn user(&self, name: &str) -> Option<Arc<User>> {
        let state = self.lock();
        state.position(name).and_then(|at| state.users.get(at).cloned())
    }

    /// Changes a user and returns what the change returns; nothing when there is none of this id or name.
    pub(crate) fn change<R>(&self, name: &str, change: impl FnOnce(&mut User) -> R) -> Option<R> {
        let mut state = self.lock();
        let at = state.position(name)?;
        let user = Arc::make_mut(state.users.get_mut(at)?);
        let before = user.upn.clone();
        let result = change(user);
        if user.upn != before {
            state.index();
        }
        Some(result)
    }

    /// Adds a user that is made from the number of those added before; false when its name is taken.
    pub(crate) fn add(&self, make: impl FnOnce(usize) -> User) -> bool {
        let mut state = self.lock();
        let user = make(state.added);
        if state.names.contains_key(&user.upn.to_lowercase()) {
            return false;
        }
        state.added += 1;
        state.users.push(Arc::new(user));
        state.index();
        true
    }

    /// Deletes a user, who can be restored then; nothing when there is none of this id or name.
    pub(crate) fn remove(&self, name: &str) -> Option<Arc<User>> {
        let mut state = self.lock();
        let at = state.position(name)?;
        let user = state.users.remove(at);
        state.deleted.push(Deleted { user: Arc::clone(&user), time: moment() });
        state.index();
        Some(user)
    }

    /// The users that were deleted and can be restored.
    pub(crate) fn deleted(&self) -> Vec<Deleted> {
        self.lock().deleted.clone()
    }

    /// Restores a deleted user; false when none has this id.
    pub(crate) fn restore(&self, id: &str) -> bool {
        let mut state = self.lock();
        let Some(user) = state.take_deleted(id) else { return false };
        state.users.push(user);
        state.index();
        true
    }

    /// Deletes a deleted user for good; false when none has this id.
    pub(crate) fn purge(&self, id: &str) -> bool {
        self.lock().take_deleted(id).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn position(&self, name: &str) -> Option<usize> {
        self.names.get(&in_path(name).to_lowercase()).copied()
    }

    fn index(&mut self) {
        let names = self.users.iter().enumerate();
        self.names = names.flat_map(|(at, user)| [(user.id.clone(), at), (user.upn.to_lowercase(), at)]).collect();
    }

    fn take_deleted(&mut self, id: &str) -> Option<Arc<User>> {
        let at = self.deleted.iter().position(|deleted| deleted.user.id.eq_ignore_ascii_case(id))?;
        Some(self.deleted.remove(at).user)
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
        assert!(directory.change("ann@contoso.com", |user| user.per_user_mfa = PerUserMfa::Enforced).is_some());
        assert_eq!(before[2].per_user_mfa, PerUserMfa::Disabled);
        assert_eq!(directory.users()[2].per_user_mfa, PerUserMfa::Enforced);
        assert_eq!(directory.reported()[2].per_user_mfa, PerUserMfa::Disabled);
        assert!(directory.change("nobody@contoso.com", |_| ()).is_none());
    }

    #[test]
    fn users_come_and_go() {
        let directory = directory();
        let ann = directory.remove("ann@contoso.com").unwrap();
        assert!(directory.user(&ann.id).is_none() && directory.user("bob@contoso.com").is_some());
        assert_eq!(directory.deleted()[0].user.id, ann.id);
        assert!(directory.restore(&ann.id) && !directory.restore(&ann.id));
        assert_eq!(directory.user("ann@contoso.com").unwrap().id, ann.id);
        let new = |number| User::added(Seed::new(1).of("added", number), "new@contoso.com", "New");
        assert!(directory.add(new) && !directory.add(new));
        directory.change("new@contoso.com", |user| user.set("userPrincipalName", "newer@contoso.com".into()));
        assert!(directory.user("new@contoso.com").is_none());
        let newer = directory.remove("newer@contoso.com").unwrap();
        assert!(directory.purge(&newer.id) && directory.deleted().is_empty());
    }
}
