//! One user of a tenant: what can change is kept, what cannot is drawn when a row is made.

use serde_json::Value;

use super::graph_user::Row;
use super::licences::LICENCES;
use super::names::{GIVEN, GUEST_DOMAINS, SHARED, SURNAMES};
use super::seed::Seed;
use crate::simulator::powershell::{text, truthy};

/// A user.
#[derive(Debug, Clone)]
pub(crate) struct User {
    /// From which facts that never change are drawn.
    pub(crate) seed: Seed,
    /// The how manyth it is among those who were there from the start; nothing for one who was added.
    pub(crate) number: Option<usize>,
    /// The object id.
    pub(crate) id: String,
    /// The user principal name.
    pub(crate) upn: String,
    /// The mail address; the outside one for a guest.
    pub(crate) mail: String,
    /// The name that people see.
    pub(crate) display_name: String,
    /// Given name and surname; a shared mailbox has neither.
    pub(crate) person: Option<(&'static str, &'static str)>,
    /// What it is for.
    pub(crate) kind: Kind,
    /// Whether it can sign in.
    pub(crate) enabled: bool,
    /// Licences, by their position in the table.
    pub(crate) licences: Vec<usize>,
    /// Holds an administrator's role.
    pub(crate) admin: bool,
    /// Comes from a directory on premises.
    pub(crate) synced: bool,
    /// The legacy multi-factor state.
    pub(crate) per_user_mfa: PerUserMfa,
    /// Registered methods, in Graph's words.
    pub(crate) methods: Vec<&'static str>,
    /// What was set since, in Graph's words; it wins over what is drawn.
    pub(crate) set: Row,
    /// What was set of the mailbox, in Exchange's words.
    pub(crate) mailbox: Row,
    /// Lists and settings that belong to the user but are no property of it, from when they were first changed.
    pub(crate) kept: Row,
}

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A person of the company, or one of its administrative accounts.
    Member,
    /// Somebody from outside.
    Guest,
    /// A mailbox without a person; its account should be disabled.
    Shared,
}

/// The legacy multi-factor state of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PerUserMfa {
    /// Not asked for.
    Disabled,
    /// Asked for at the next sign-in that can.
    Enabled,
    /// Asked for always.
    Enforced,
}

impl PerUserMfa {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Disabled, Self::Enabled, Self::Enforced];

    /// The word on the wire.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Enforced => "enforced",
        }
    }
}

impl User {
    /// A member that was added just now and of whom nothing is drawn that the one who added did not say.
    pub(crate) fn added(seed: Seed, upn: &str, name: &str) -> Self {
        let (alias, domain) = upn.split_once('@').unwrap_or((upn, ""));
        Self::plain(seed, alias, name, domain)
    }

    /// Sets a property, in Graph's spelling.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        match name {
            "accountEnabled" => self.enabled = truthy(&value),
            "displayName" => self.display_name = text(&value),
            "userPrincipalName" => {
                let upn = text(&value);
                if self.mail.eq_ignore_ascii_case(&self.upn) {
                    self.mail.clone_from(&upn);
                }
                self.upn = upn;
            }
            _ => _ = self.set.insert(name.to_owned(), value),
        }
    }

    /// Whether it has a mailbox in the tenant.
    pub(crate) fn has_mailbox(&self) -> bool {
        let converted = self.mailbox.contains_key("RecipientTypeDetails");
        self.kind != Kind::Guest && (self.kind == Kind::Shared || converted || !self.licences.is_empty())
    }

    /// Makes the `number`th user of a tenant.
    ///
    /// The first four are the same everywhere, so that examples can name them: an administrator `admin@`, an
    /// emergency account `breakglass@`, and two ordinary people, `ann@` and `bob@`. Of each further twenty users
    /// three are guests, one is disabled, one has no licence, one is a shared mailbox and one is an administrator.
    pub(crate) fn make(tenant: Seed, number: usize, domain: &str, initial: &str) -> Self {
        let seed = tenant.of("user", number);
        let user = match (number, number % 20) {
            (0, _) => Self::plain(seed, "admin", "Administrator", domain).with_role(PerUserMfa::Enforced),
            (1, _) => Self::plain(seed, "breakglass", "Break Glass", domain).with_role(PerUserMfa::Disabled),
            (2, _) => Self::person(seed, "ann", ("Ann", "Berg"), domain).with_state(PerUserMfa::Disabled),
            (3, _) => Self::person(seed, "bob", ("Bob", "Kowalski"), domain).with_state(PerUserMfa::Enabled),
            (_, 4 | 10 | 16) => Self::guest(seed, name(tenant, number), initial),
            (_, 6) => Self { enabled: false, ..Self::named(seed, tenant, number, domain) },
            (_, 8) => Self { licences: Vec::new(), ..Self::named(seed, tenant, number, domain) },
            (_, 12) => Self::shared(seed, number, domain),
            (_, 14) => Self { admin: true, synced: false, ..Self::named(seed, tenant, number, domain) },
            _ => Self::named(seed, tenant, number, domain),
        };
        Self { number: Some(number), ..user }
    }

    fn named(seed: Seed, tenant: Seed, number: usize, domain: &str) -> Self {
        let person = name(tenant, number);
        Self::person(seed, &alias(person.names, person.round), person.names, domain)
    }

    fn person(seed: Seed, alias: &str, (given, surname): (&'static str, &'static str), domain: &str) -> Self {
        let usual = if seed.chance("licensed as usual", 70) { 0 } else { seed.below("licence", LICENCES.len()) };
        Self {
            person: Some((given, surname)),
            licences: vec![usual],
            synced: seed.chance("synced", 35),
            methods: methods(seed),
            per_user_mfa: state(seed),
            ..Self::plain(seed, alias, &format!("{given} {surname}"), domain)
        }
    }

    fn guest(seed: Seed, person: Person, initial: &str) -> Self {
        let home = seed.pick("home", GUEST_DOMAINS);
        let alias = alias(person.names, person.round);
        Self {
            upn: format!("{alias}_{home}#EXT#@{initial}"),
            mail: format!("{alias}@{home}"),
            display_name: format!("{} {}", person.names.0, person.names.1),
            person: Some(person.names),
            kind: Kind::Guest,
            ..Self::plain(seed, "", "", initial)
        }
    }

    fn shared(seed: Seed, number: usize, domain: &str) -> Self {
        let (which, round) = (number / 20 % SHARED.len(), number / 20 / SHARED.len());
        let alias = if round == 0 { SHARED[which].to_owned() } else { format!("{}{}", SHARED[which], round + 1) };
        let mut name = alias.clone();
        name[..1].make_ascii_uppercase();
        // Some are forgotten: their account can sign in.
        let enabled = seed.chance("left open", 40);
        Self { kind: Kind::Shared, enabled, ..Self::plain(seed, &alias, &name, domain) }
    }

    fn plain(seed: Seed, alias: &str, name: &str, domain: &str) -> Self {
        Self {
            seed,
            number: None,
            id: seed.guid("id"),
            upn: format!("{alias}@{domain}"),
            mail: format!("{alias}@{domain}"),
            display_name: name.to_owned(),
            person: None,
            kind: Kind::Member,
            enabled: true,
            licences: Vec::new(),
            admin: false,
            synced: false,
            per_user_mfa: PerUserMfa::Disabled,
            methods: Vec::new(),
            set: Row::new(),
            mailbox: Row::new(),
            kept: Row::new(),
        }
    }

    fn with_role(self, state: PerUserMfa) -> Self {
        Self { admin: true, per_user_mfa: state, ..self }
    }

    fn with_state(self, state: PerUserMfa) -> Self {
        Self { per_user_mfa: state, synced: false, ..self }
    }
}

/// A pair of names, and how often it has been used before in the tenant.
struct Person {
    names: (&'static str, &'static str),
    round: usize,
}

/// The name of the `number`th user: the strides have no common divisor with the lengths of the lists, so that a pair
/// comes again only when all pairs were used.
fn name(tenant: Seed, number: usize) -> Person {
    let step = tenant.below("first name", GIVEN.len() * SURNAMES.len()) + number;
    Person {
        names: (GIVEN[step * 7 % GIVEN.len()], SURNAMES[step * 11 % SURNAMES.len()]),
        round: number / (GIVEN.len() * SURNAMES.len()),
    }
}

fn alias((given, surname): (&str, &str), round: usize) -> String {
    let alias = format!("{given}.{surname}").to_lowercase();
    if round == 0 { alias } else { format!("{alias}{}", round + 1) }
}

fn state(seed: Seed) -> PerUserMfa {
    match seed.below("per-user mfa", 10) {
        0..5 => PerUserMfa::Disabled,
        5..7 => PerUserMfa::Enabled,
        _ => PerUserMfa::Enforced,
    }
}

fn methods(seed: Seed) -> Vec<&'static str> {
    const USUAL: [&[&str]; 5] = [
        &[],
        &["microsoftAuthenticatorPush", "softwareOneTimePasscode"],
        &["microsoftAuthenticatorPush", "softwareOneTimePasscode", "mobilePhone"],
        &["mobilePhone"],
        &["fido2SecurityKey", "windowsHelloForBusiness"],
    ];
    seed.pick("methods", &USUAL).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn users(count: usize) -> Vec<User> {
        let tenant = Seed::new(1).of("tenant", 0);
        (0..count).map(|number| User::make(tenant, number, "contoso.com", "contoso.onmicrosoft.com")).collect()
    }

    #[test]
    fn the_first_four_can_be_named() {
        let upns: Vec<_> = users(4).into_iter().map(|user| user.upn).collect();
        assert_eq!(upns, ["admin@contoso.com", "breakglass@contoso.com", "ann@contoso.com", "bob@contoso.com"]);
    }

    #[test]
    fn names_and_ids_are_unique_in_large_tenants() {
        let users = users(12_000);
        let upns: HashSet<_> = users.iter().map(|user| user.upn.to_lowercase()).collect();
        let ids: HashSet<_> = users.iter().map(|user| &user.id).collect();
        assert_eq!((upns.len(), ids.len()), (12_000, 12_000));
    }

    #[test]
    fn forty_users_have_every_kind() {
        let users = users(40);
        let count = |test: fn(&User) -> bool| users.iter().filter(|user| test(user)).count();
        assert_eq!(count(|user| user.kind == Kind::Guest), 6);
        assert_eq!(count(|user| user.kind == Kind::Shared), 2);
        assert_eq!(count(|user| user.kind == Kind::Member && !user.enabled), 2);
        assert!(count(|user| user.kind == Kind::Member && user.licences.is_empty()) >= 4);
        assert!(count(|user| user.admin) >= 3);
        assert!(count(|user| user.synced) > 5);
        for state in PerUserMfa::ALL {
            assert!(users.iter().any(|user| user.per_user_mfa == state), "{state:?}");
        }
    }
}
