//! All that is not about people: tenants and what they have, and CIPP itself.

mod alerts;
mod apps;
mod assigning;
mod autopilot;
mod breaches;
mod conditional_access;
mod devices;
mod listing;
mod locations;
mod organization;
mod policies;
mod scripts;
mod security;
mod sites;
mod teams;
mod tenancy;
mod tenant_groups;
mod writing;

use super::{Area, Reach, Reply, Request, World, is_all, reach};

pub(super) use tenancy::{exclusion, shown_name};

/// The areas.
pub(super) const AREAS: &[Area] = &[
    alerts::HANDLERS,
    apps::HANDLERS,
    autopilot::HANDLERS,
    breaches::HANDLERS,
    conditional_access::HANDLERS,
    devices::HANDLERS,
    locations::HANDLERS,
    organization::HANDLERS,
    policies::HANDLERS,
    scripts::HANDLERS,
    security::HANDLERS,
    sites::HANDLERS,
    teams::HANDLERS,
    tenancy::HANDLERS,
    tenant_groups::HANDLERS,
];
