//! All that is not about people: tenants and what they have, and CIPP itself.

mod apps;
mod assigning;
mod autopilot;
mod devices;
mod listing;
mod organization;
mod policies;
mod scripts;
mod tenancy;
mod tenant_groups;
mod writing;

use super::{Area, Reach, Reply, Request, World, is_all, reach};

pub(super) use tenancy::{exclusion, shown_name};

/// The areas.
pub(super) const AREAS: &[Area] = &[
    apps::HANDLERS,
    autopilot::HANDLERS,
    devices::HANDLERS,
    organization::HANDLERS,
    policies::HANDLERS,
    scripts::HANDLERS,
    tenancy::HANDLERS,
    tenant_groups::HANDLERS,
];
