//! SharePoint sites, OneDrives, and who may do what there.

use serde_json::{Value, json};

use super::World;
use super::calendar::moment;
use super::shelf::{Kind, joined, none};
use super::tenant::Tenant;
use super::user::User;

/// SharePoint sites with their usage.
pub(crate) static SITES: Kind = Kind {
    name: "sites",
    key: "siteId",
    first: |world, tenant| {
        ["Company", "Projects", "Sales"]
            .iter()
            .enumerate()
            .map(|(number, name)| {
                let seed = tenant.seed.of("site", number);
                let owner = format!("admin@{}", tenant.domain);
                let row = site(world, tenant, &seed.guid("site"), name, &owner, "Group");
                let used = seed.below("used", 40_000_000_000);
                let more = json!({
                    "createdDateTime": world.calendar.ago(300, 3600), "storageUsedInBytes": used,
                    "storageUsedInGigabytes": used / 1_000_000_000, "fileCount": seed.below("files", 5000),
                    // The group behind the site, by which its members are named too.
                    "groupId": seed.guid("group"),
                });
                joined(row, more)
            })
            .collect()
    },
};

/// A site as the list shows it, made now.
pub(crate) fn site(world: &World, tenant: &Tenant, id: &str, name: &str, owner: &str, template: &str) -> Value {
    let path: String = name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    usage(world, id, name, owner, template, &format!("https://{}.sharepoint.com/sites/{path}", label(tenant)))
}

fn label(tenant: &Tenant) -> &str {
    tenant.initial_domain.split('.').next().unwrap_or_default()
}

fn usage(world: &World, id: &str, name: &str, owner: &str, template: &str, url: &str) -> Value {
    json!({
        "siteId": id, "webId": id, "createdDateTime": moment(), "displayName": name, "webUrl": url,
        "ownerDisplayName": owner.split('@').next(), "ownerPrincipalName": owner, "lastActivityDate": null,
        "fileCount": 0, "storageUsedInGigabytes": 0, "storageUsedInBytes": 0, "storageAllocatedInGigabytes": 25600,
        "storageAllocatedInBytes": 27_487_790_694_400_u64, "rootWebTemplate": template,
        "reportRefreshDate": world.calendar.ago(2, 0).split('T').next(), "AutoMapUrl": "",
    })
}

/// OneDrives, by their owner; people with a licence have one.
pub(crate) static ONEDRIVES: Kind = Kind {
    name: "onedrives",
    key: "ownerPrincipalName",
    first: |world, tenant| {
        let users = tenant.directory().reported();
        let owns = |user: &&std::sync::Arc<User>| user.person.is_some() && !user.licences.is_empty();
        // Whoever comes late has not opened it yet.
        let users: Vec<_> = users.iter().filter(owns).filter(|user| user.seed.chance("onedrive", 90)).collect();
        users.into_iter().map(|user| onedrive(world, tenant, &user.upn, &user.display_name)).collect()
    },
};

/// The OneDrive of a user.
pub(crate) fn onedrive(world: &World, tenant: &Tenant, upn: &str, name: &str) -> Value {
    let id = tenant.seed.of(upn, 0).guid("onedrive");
    usage(world, &id, name, upn, "Personal Site", &onedrive_url(tenant, upn))
}

/// The address of the OneDrive of a user.
pub(crate) fn onedrive_url(tenant: &Tenant, upn: &str) -> String {
    let path = upn.replace(['@', '.'], "_").to_lowercase();
    format!("https://{}-my.sharepoint.com/personal/{path}", label(tenant))
}

/// Shortcuts in OneDrives.
pub(crate) static SHORTCUTS: Kind = Kind { name: "shortcuts", key: "id", first: none };

/// Who has which place on a site; `place` is made of address, name and group.
pub(crate) static SITE_MEMBERS: Kind = Kind {
    name: "site members",
    key: "place",
    first: |world, tenant| {
        let sites = world.shelf(tenant, &SITES).rows();
        let member = |site: &Value| {
            let (url, owner) = (site["webUrl"].as_str().unwrap_or_default(), site["ownerPrincipalName"].as_str());
            site_member(tenant, url, owner.unwrap_or_default(), "Owners", true)
        };
        sites.iter().map(member).collect()
    },
};

/// A place on a site.
pub(crate) fn site_member(tenant: &Tenant, url: &str, upn: &str, group: &str, admin: bool) -> Value {
    let user = tenant.directory().user(upn);
    let name = user.map_or_else(|| upn.to_owned(), |user| user.display_name.clone());
    json!({
        "place": site_place(url, upn, group), "site": url, "DisplayName": name, "UserPrincipalName": upn, "Mail": upn,
        "Group": group, "IsSiteAdmin": admin, "UserType": "Member",
    })
}

/// The key of a place on a site.
pub(crate) fn site_place(url: &str, upn: &str, group: &str) -> String {
    format!("{} {upn} {group}", url.trim_end_matches('/'))
}

/// Sites in the recycle bin.
pub(crate) static DELETED_SITES: Kind = Kind { name: "deleted sites", key: "SiteId", first: none };
