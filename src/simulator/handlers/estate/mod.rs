//! All that is not about people: tenants and what they have, and CIPP itself.

mod apps;
mod assigning;
mod autopilot;
mod conditional_access;
mod devices;
mod listing;
mod locations;
mod organization;
mod policies;
mod scripts;
mod sites;
mod tenancy;
mod tenant_groups;
mod writing;

use super::{Area, Reach, Reply, Request, World, is_all, reach};

pub(super) use tenancy::{exclusion, shown_name};

/// The areas.
pub(super) const AREAS: &[Area] = &[
    apps::HANDLERS,
    autopilot::HANDLERS,
    conditional_access::HANDLERS,
    devices::HANDLERS,
    locations::HANDLERS,
    organization::HANDLERS,
    policies::HANDLERS,
    scripts::HANDLERS,
    sites::HANDLERS,
    tenancy::HANDLERS,
    tenant_groups::HANDLERS,
];
