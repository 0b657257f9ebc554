//! What the simulated server knows: tenants, their users, log entries and jobs.

pub(crate) mod access;
pub(crate) mod backups;
pub(crate) mod calendar;
pub(crate) mod client;
pub(crate) mod devices;
pub(crate) mod directory;
pub(crate) mod graph_user;
pub(crate) mod groups;
pub(crate) mod instance;
pub(crate) mod intune;
pub(crate) mod licences;
pub(crate) mod logs;
pub(crate) mod mail_items;
pub(crate) mod mailbox;
mod names;
pub(crate) mod organization;
pub(crate) mod queues;
pub(crate) mod roles;
pub(crate) mod rules;
pub(crate) mod seed;
pub(crate) mod shelf;
pub(crate) mod sign_ins;
pub(crate) mod sites;
pub(crate) mod standards;
pub(crate) mod tasks;
pub(crate) mod teams;
pub(crate) mod tenancy;
pub(crate) mod tenant;
pub(crate) mod threats;
pub(crate) mod user;

use std::collections::HashMap;

use calendar::Calendar;
use client::Client;
use logs::Logs;
use queues::Queues;
use seed::Seed;
use shelf::Shelves;
use tasks::Tasks;
use tenant::{Relation, Standing, Tenant};

use super::{Role, Settings};

/// Users of the partner's own tenant.
const PARTNER_USERS: usize = 12;

/// Everything that the simulated server knows.
#[derive(Debug)]
pub(crate) struct World {
    /// From which everything is drawn.
    pub(crate) seed: Seed,
    /// From which dates are counted.
    pub(crate) calendar: Calendar,
    /// The only caller that is registered.
    pub(crate) client: Client,
    /// The caller's role.
    pub(crate) role: Role,
    /// The log.
    pub(crate) logs: Logs,
    /// Background jobs.
    pub(crate) queues: Queues,
    /// Scheduled tasks.
    pub(crate) tasks: Tasks,
    /// Whether the tenant list shows the partner itself.
    pub(crate) partner_listed: bool,
    shelves: Shelves,
    customers: Vec<Tenant>,
    partner: Tenant,
    names: HashMap<String, usize>,
}

impl World {
    /// The world that the settings describe. Nothing in it is made before it is touched but the list of tenants.
    pub(crate) fn new(settings: &Settings) -> Self {
        let seed = Seed::new(settings.seed);
        let broken_from = settings.tenants.saturating_sub(settings.errors);
        let mut customers: Vec<_> = (0..settings.tenants)
            .map(|number| {
                let standing = if number >= broken_from { Standing::Broken } else { Standing::Managed };
                Tenant::customer(seed, number, settings.users, standing)
            })
            .collect();
        customers.push(Tenant::excluded(seed, settings.users));
        let names = customers.iter().enumerate();
        let names = names.flat_map(|(at, tenant)| {
            [&tenant.domain, &tenant.initial_domain, &tenant.id].map(|name| (name.clone(), at))
        });
        let partner = Tenant::partner(seed, PARTNER_USERS);
        Self {
            seed,
            client: Client::new(seed, &partner.id),
            role: settings.role,
            calendar: Calendar::new(settings.today),
            logs: Logs::new(seed),
            queues: Queues::new(seed, settings.queue_looks),
            tasks: Tasks::default(),
            partner_listed: settings.partner,
            shelves: Shelves::default(),
            names: names.collect(),
            partner,
            customers,
        }
    }

    /// The tenant that a call means: the partner where it names none, and nothing where the name is unknown, excluded
    /// or written in another case of letters, as in the server's own table.
    pub(crate) fn tenant(&self, name: &str) -> Option<&Tenant> {
        let partner = &self.partner;
        if name.is_empty() || [&partner.domain, &partner.initial_domain, &partner.id].iter().any(|own| *own == name) {
            return Some(partner);
        }
        self.known(name).filter(|tenant| tenant.relation() == Relation::Listed)
    }

    /// The customers that are listed, in the order in which they were made; with broken ones, without excluded ones.
    pub(crate) fn customers(&self) -> impl Iterator<Item = &Tenant> {
        self.customers.iter().filter(|tenant| tenant.relation() == Relation::Listed)
    }

    /// The customers that have a row in the server's table, excluded ones too.
    pub(crate) fn all_customers(&self) -> impl Iterator<Item = &Tenant> {
        self.customers.iter().filter(|tenant| tenant.relation() != Relation::Gone)
    }

    /// The customer of this name, excluded or not.
    pub(crate) fn known(&self, name: &str) -> Option<&Tenant> {
        let tenant = self.names.get(name).and_then(|&at| self.customers.get(at));
        tenant.filter(|tenant| tenant.relation() != Relation::Gone)
    }

    /// The partner's own tenant.
    pub(crate) fn partner(&self) -> &Tenant {
        &self.partner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_are_named_exactly() {
        let world = World::new(&Settings { tenants: 30, ..Settings::default() });
        let contoso = world.tenant("contoso.com").unwrap();
        for (name, expected) in [
            ("contoso.onmicrosoft.com", Some("contoso.com")),
            (contoso.id.as_str(), Some("contoso.com")),
            ("Contoso.com", None),
            ("proseware.com", None),
            ("nowhere.example", None),
            ("tenant0030.example", Some("tenant0030.example")),
            ("adatum.com", Some("adatum.com")),
            ("", Some("adatum.com")),
        ] {
            assert_eq!(world.tenant(name).map(|tenant| tenant.domain.as_str()), expected, "{name}");
        }
    }

    #[test]
    fn touching_one_tenant_makes_only_that_one() {
        let world = World::new(&Settings { tenants: 500, users: 1000, ..Settings::default() });
        assert_eq!(world.tenant("fabrikam.com").unwrap().directory().users().len(), 1000);
        let touched: Vec<_> =
            world.customers().filter(|tenant| tenant.touched()).map(|tenant| &tenant.domain).collect();
        assert_eq!(touched, ["fabrikam.com"]);
    }
}
