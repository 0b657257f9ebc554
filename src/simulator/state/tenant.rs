//! One tenant: the facts that the tenant list shows, and its directory, made when it is first touched.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use super::directory::Directory;
use super::names::{CUSTOMERS, EXCLUDED, PARTNER};
use super::seed::Seed;

/// A tenant.
#[derive(Debug)]
pub(crate) struct Tenant {
    /// From which its facts are drawn.
    pub(crate) seed: Seed,
    /// The name that people see.
    pub(crate) name: String,
    /// The default domain, by which CIPP names it.
    pub(crate) domain: String,
    /// The domain that it was born with.
    pub(crate) initial_domain: String,
    /// The customer id.
    pub(crate) id: String,
    /// What it is to the partner.
    pub(crate) standing: Standing,
    users: usize,
    relation: AtomicU8,
    directory: OnceLock<Directory>,
}

/// What a tenant is to the partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A customer that is managed.
    Managed,
    /// A customer that is listed but cannot be reached.
    Broken,
    /// The partner itself.
    Partner,
}

/// What CIPP does with a tenant; calls can change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// It is listed and can be named.
    Listed,
    /// It was excluded: not listed, and unknown to every call.
    Excluded,
    /// The partner gave it up: its row is gone.
    Gone,
}

impl Tenant {
    /// The `number`th customer.
    pub(crate) fn customer(root: Seed, number: usize, users: usize, standing: Standing) -> Self {
        let names = CUSTOMERS.get(number).map(|&(name, domain)| (name.to_owned(), domain.to_owned()));
        let numbered = || (format!("Tenant {:04}", number + 1), format!("tenant{:04}.example", number + 1));
        Self::new(root.of("tenant", number), names.unwrap_or_else(numbered), users, standing)
    }

    /// The customer that is excluded.
    pub(crate) fn excluded(root: Seed, users: usize) -> Self {
        let tenant = Self::new(root.of("excluded", 0), owned(EXCLUDED), users, Standing::Managed);
        tenant.relate(Relation::Excluded);
        tenant
    }

    /// The partner's own tenant.
    pub(crate) fn partner(root: Seed, users: usize) -> Self {
        Self::new(root.of("partner", 0), owned(PARTNER), users, Standing::Partner)
    }

    fn new(seed: Seed, (name, domain): (String, String), users: usize, standing: Standing) -> Self {
        let label = domain.split('.').next().unwrap_or_default().replace('-', "");
        Self {
            seed,
            name,
            initial_domain: format!("{label}.onmicrosoft.com"),
            domain,
            id: seed.guid("id"),
            standing,
            users,
            relation: AtomicU8::new(Relation::Listed as u8),
            directory: OnceLock::new(),
        }
    }

    /// Its users, made now if nobody asked before.
    pub(crate) fn directory(&self) -> &Directory {
        self.directory.get_or_init(|| Directory::make(self.seed, self.users, &self.domain, &self.initial_domain))
    }

    /// What CIPP does with it.
    pub(crate) fn relation(&self) -> Relation {
        let relation = self.relation.load(Ordering::Relaxed);
        let all = [Relation::Listed, Relation::Excluded, Relation::Gone];
        all.into_iter().find(|known| *known as u8 == relation).unwrap_or(Relation::Gone)
    }

    /// Changes what CIPP does with it.
    pub(crate) fn relate(&self, relation: Relation) {
        self.relation.store(relation as u8, Ordering::Relaxed);
    }

    /// Why a broken tenant cannot be reached, in the server's words.
    pub(crate) fn trouble(&self) -> String {
        format!("Could not get token for {}: AADSTS65001: the application has no consent in this tenant.", self.domain)
    }

    /// Whether its users were made.
    #[cfg(test)]
    pub(crate) fn touched(&self) -> bool {
        self.directory.get().is_some()
    }
}

fn owned((name, domain): (&str, &str)) -> (String, String) {
    (name.to_owned(), domain.to_owned())
}
