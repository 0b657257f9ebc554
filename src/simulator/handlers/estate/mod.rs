//! All that is not about people: tenants and what they have, and CIPP itself.

mod alerts;
mod apps;
mod assigning;
mod autopilot;
mod backups;
mod breaches;
mod clients;
mod conditional_access;
mod devices;
mod domains;
mod drift;
mod exchange;
mod extensions;
mod filters;
mod listing;
mod locations;
mod lookups;
mod organization;
mod policies;
mod report_db;
mod repositories;
mod roles;
mod scripts;
mod security;
mod settings;
mod sites;
mod standards;
mod teams;
mod templates;
mod tenancy;
mod tenant_groups;
mod writing;

use super::{Area, Reach, Reply, Request, World, is_all, reach};

pub(super) use backups::make as make_backup;
pub(super) use extensions::is_enabled as extension_is_enabled;
pub(super) use tenancy::{exclusion, shown_name};

/// The areas.
pub(super) const AREAS: &[Area] = &[
    alerts::HANDLERS,
    apps::HANDLERS,
    autopilot::HANDLERS,
    backups::HANDLERS,
    breaches::HANDLERS,
    clients::HANDLERS,
    conditional_access::HANDLERS,
    devices::HANDLERS,
    domains::HANDLERS,
    drift::HANDLERS,
    exchange::HANDLERS,
    extensions::HANDLERS,
    filters::HANDLERS,
    locations::HANDLERS,
    lookups::HANDLERS,
    organization::HANDLERS,
    policies::HANDLERS,
    report_db::HANDLERS,
    repositories::HANDLERS,
    roles::HANDLERS,
    scripts::HANDLERS,
    security::HANDLERS,
    settings::HANDLERS,
    sites::HANDLERS,
    standards::HANDLERS,
    teams::HANDLERS,
    templates::HANDLERS,
    tenancy::HANDLERS,
    tenant_groups::HANDLERS,
];
