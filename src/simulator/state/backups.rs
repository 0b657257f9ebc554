//! Backups of the configuration of the instance.

use serde_json::{Value, json};

use super::World;
use super::instance::{API_CLIENTS, EXTENSIONS, REPOSITORIES, ROLES, SETTINGS};
use super::intune::TEMPLATES;
use super::organization::TENANT_GROUPS;
use super::rules::ALERT_RULES;
use super::shelf::{Kind, joined};
use super::standards::STANDARD_TEMPLATES;
use crate::simulator::powershell::{member, text};

/// The tables in a backup, and whether a client may bring them back: only a superadmin may restore roles.
pub(crate) const TABLES: &[(&str, &Kind, bool)] = &[
    ("ApiClients", &API_CLIENTS, true),
    ("CommunityRepos", &REPOSITORIES, true),
    ("Config", &SETTINGS, true),
    ("CustomRoles", &ROLES, false),
    ("Extensionsconfig", &EXTENSIONS, true),
    ("TenantGroups", &TENANT_GROUPS, true),
    ("WebhookRules", &ALERT_RULES, true),
    ("standards", &STANDARD_TEMPLATES, true),
    ("templates", &TEMPLATES, true),
];

/// Backups with their rows; one was made the night before.
pub(crate) static BACKUPS: Kind = Kind {
    name: "backups",
    key: "BackupName",
    first: |world, _| vec![backup(world, &world.calendar.ago(1, 10_800).replace('Z', ".0000000+00:00"))],
};

/// A backup of all tables as they are, made at this moment. Its name tells the minute.
pub(crate) fn backup(world: &World, stamp: &str) -> Value {
    let minute: String =
        stamp.chars().take(16).map(|letter| if letter.is_ascii_digit() { letter } else { '-' }).collect();
    let rows = TABLES.iter().flat_map(|(table, kind, _)| {
        let rows = world.own(kind).rows().into_iter();
        rows.map(move |row| joined(json!({"table": table, "RowKey": text(member(&row, kind.key))}), row))
    });
    let rows: Vec<_> = rows.collect();
    json!({"BackupName": format!("CIPPBackup_{minute}"), "Timestamp": stamp, "Source": "blob", "rows": rows})
}
