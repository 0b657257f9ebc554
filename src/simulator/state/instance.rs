//! What belongs to the instance of CIPP itself: integrations, clients, roles, settings, backups.

use serde_json::{Value, json};

use super::World;
use super::shelf::{Kind, none};

/// The settings of all integrations: one row.
pub(crate) static EXTENSIONS: Kind = Kind {
    name: "extensions",
    key: "id",
    first: |_, _| {
        vec![json!({
            "id": "config",
            "config": {
                "HaloPSA": {"Enabled": true, "APIKey": "SentToKeyVault", "ResourceURL": "https://halo.example"},
                "NinjaOne": {"Enabled": false, "APIKey": ""},
                "Hudu": {"Enabled": true, "APIKey": "SentToKeyVault", "BaseURL": "https://hudu.example"},
                "PWPush": {"Enabled": false}, "HIBP": {"Enabled": true, "APIKey": "SentToKeyVault"},
                "GitHub": {"Enabled": true, "APIKey": "SentToKeyVault"}, "Gradient": {"Enabled": false},
                "Sherweb": {"Enabled": true, "APIKey": "SentToKeyVault"},
            },
        })]
    },
};

/// Customers of integrations that tenants are mapped to; `place` is made of integration and tenant.
pub(crate) static MAPPINGS: Kind = Kind { name: "mappings", key: "place", first: none };

/// Clients of the API. The caller's own registration is among them.
pub(crate) static API_CLIENTS: Kind = Kind {
    name: "api clients",
    key: "ClientId",
    first: |world, _| {
        vec![api_client(&world.client.id, "Simulated API client", Some(world.role.name()), &[], true, false)]
    },
};

/// A client of the API as the list shows it.
pub(crate) fn api_client(id: &str, name: &str, role: Option<&str>, ips: &[String], enabled: bool, mcp: bool) -> Value {
    json!({
        "ClientId": id, "AppName": name, "Role": role, "IPRange": ips, "Enabled": enabled, "MCPAllowed": mcp,
    })
}

/// The clients that the platform lets in; they follow when the configuration is saved.
pub(crate) static PLATFORM: Kind =
    Kind { name: "platform", key: "id", first: |world, _| vec![json!({"id": "auth", "ClientIDs": [world.client.id]})] };

/// Roles, the built-in ones first.
pub(crate) static ROLES: Kind = Kind {
    name: "roles",
    key: "RoleName",
    first: |_, _| {
        ["readonly", "editor", "admin", "superadmin"]
            .iter()
            .map(|name| {
                json!({
                    "RoleName": name, "Type": "Built-In", "Permissions": "", "AllowedTenants": [], "BlockedTenants": [],
                    "BlockedEndpoints": [], "EntraGroup": null, "IPRange": [],
                })
            })
            .collect()
    },
};

/// Users of CIPP.
pub(crate) static CIPP_USERS: Kind = Kind {
    name: "cipp users",
    key: "UPN",
    first: |world, _| {
        let upn = format!("admin@{}", world.partner().domain);
        vec![json!({"UPN": upn, "ManualRoles": ["superadmin"], "AutoRoles": [], "Roles": ["superadmin"]})]
    },
};

/// Repositories of templates.
pub(crate) static REPOSITORIES: Kind =
    Kind { name: "repositories", key: "FullName", first: |world, _| built_in(world) };

/// The repositories that come back by themselves.
pub(crate) fn built_in(world: &World) -> Vec<Value> {
    vec![repository(&world.seed.of("repository", 0).guid("id"), "Contoso/Community-Templates", true)]
}

/// A repository as the list shows it.
pub(crate) fn repository(id: &str, full_name: &str, built_in: bool) -> Value {
    let (owner, name) = full_name.split_once('/').unwrap_or(("", full_name));
    json!({
        "Id": id, "Name": name, "FullName": full_name, "Owner": owner, "Description": "",
        "URL": format!("https://github.com/{full_name}"), "Visibility": "public", "DefaultBranch": "main",
        "UploadBranch": "main", "WriteAccess": !built_in, "BuiltIn": built_in, "TemplateTypes": [],
        "Permissions": {}, "RepoPermissions": {"push": !built_in, "pull": true},
    })
}

/// Settings of which there is one row each, by their name.
pub(crate) static SETTINGS: Kind = Kind {
    name: "settings",
    key: "id",
    first: |_, _| {
        vec![
            json!({"id": "dns", "value": {"Resolver": "Google"}}),
            json!({"id": "notifications", "value": {
                "email": "alerts@adatum.com", "webhook": "", "onePerTenant": false, "sendtoIntegration": false,
                "includeTenantId": false, "UseStandardizedSchema": false, "Severity": ["Alert"], "logsToInclude": [],
                "webhookAuthType": "None",
            }}),
            json!({"id": "user settings", "value": {
                "UserSettings": {"direction": "ltr", "paletteMode": "light", "pinNav": true, "showDevtools": false},
                "offboardingDefaults": {},
            }}),
            json!({"id": "passwords", "value": {
                "passwordType": "Classic", "charCount": 14, "includeUppercase": true, "includeLowercase": true,
                "includeDigits": true, "includeSpecialChars": true, "specialCharSet": "$%&*#", "wordCount": 4,
                "separator": "-", "capitalizeWords": false, "appendNumber": false, "appendSpecialChar": false,
            }}),
        ]
    },
};

/// Feature flags. The endpoints behind those that are off answer so whatever is set here.
pub(crate) static FLAGS: Kind = Kind {
    name: "feature flags",
    key: "Id",
    first: |_, _| {
        let flag = |id: &str, name: &str, enabled: bool, toggle: bool| {
            json!({
                "Id": id, "Name": name, "Description": name, "Enabled": enabled, "AllowUserToggle": toggle,
                "Endpoints": [], "Pages": [],
            })
        };
        vec![
            flag("BestPracticeAnalyser", "Best Practice Analyser", false, true),
            flag("MCPServer", "MCP server", false, true),
            flag("SuperAdminNG", "Super admin pages", false, false),
        ]
    },
};
