//! SharePoint sites and OneDrives.

use serde_json::{Value, json};

use super::listing::{All, List, Trouble};
use super::writing::{body_first, missing, word, words, write};
use super::{Area, Reach, Reply, Request, World, reach};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::state::calendar::moment;
use crate::simulator::state::sites::{
    DELETED_SITES, ONEDRIVES, SHORTCUTS, SITE_MEMBERS, SITES, onedrive, onedrive_url, site, site_member, site_place,
};
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddSite", add),
    ("AddSiteBulk", add_bulk),
    ("DeleteSharepointSite", delete),
    ("ExecOneDriveProvision", provision),
    ("ExecOneDriveShortCut", add_shortcut),
    ("ExecRestoreDeletedSite", restore),
    ("ExecSetSharePointMember", set_member),
    ("ExecSharePointPerms", set_admins),
    ("ListDeletedSites", |world, request| {
        List { wrap: super::listing::Wrap::Results, ..List::of(&DELETED_SITES) }.answer(world, request)
    }),
    ("ListSiteMembers", members),
    ("ListSites", list),
];

/// `ListSites`: sites, or OneDrives by any other type.
fn list(world: &World, request: &Request) -> Reply {
    let sites = text(request.query("Type")).eq_ignore_ascii_case("SharePointSiteUsage");
    let kind = if sites { &SITES } else { &ONEDRIVES };
    List { trouble: Trouble::Texts(403), all: All::Report, ..List::of(kind) }.answer(world, request)
}

/// A site in the words of one call.
struct New {
    name: String,
    owner: String,
    template: String,
    design: String,
}

impl New {
    fn create(&self, world: &World, tenant: Option<&Tenant>) -> Result<String, String> {
        let is = |word: &str, all: &[&str]| all.iter().any(|known| known.eq_ignore_ascii_case(word));
        if !is(&self.template, &["Communication", "Team"]) || !is(&self.design, &["Topic", "Showcase", "Blank"]) {
            return Err("Cannot validate argument on the template or the design of the site.".to_owned());
        }
        if let Some(tenant) = tenant {
            let kind = if self.template.eq_ignore_ascii_case("Team") { "STS#3" } else { "SITEPAGEPUBLISHING#0" };
            let row = site(world, tenant, &world.fresh_id(), &self.name, &self.owner, kind);
            let sites = world.shelf(tenant, &SITES);
            if sites.rows().iter().any(|known| known["webUrl"] == row["webUrl"]) {
                return Err(format!("The site {} already exists.", text(&row["webUrl"])));
            }
            let url = text(&row["webUrl"]);
            sites.put(row);
            world.shelf(tenant, &SITE_MEMBERS).put(site_member(tenant, &url, &self.owner, "Owners", true));
        }
        Ok(format!("Successfully created new SharePoint site {}", self.name))
    }
}

/// `AddSite`: owner, template and design only as objects.
fn add(world: &World, request: &Request) -> Reply {
    let value = |name: &str| text(member(request.body(name), "value"));
    let new = New {
        name: text(request.body("siteName")),
        owner: value("siteOwner"),
        template: value("templateName"),
        design: value("siteDesign"),
    };
    let failed = |why| Reply::results(500, format!("Failed to create new SharePoint site {}. Error: {why}", new.name));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        if text(request.body("siteDescription")).is_empty() {
            return Err("Cannot bind argument to parameter 'SiteDescription' because it is an empty string.".to_owned());
        }
        new.create(world, tenant).map(|text| Reply::results(200, text))
    })
}

/// `AddSiteBulk`: here they are plain texts, and what fails is a line in a 200.
fn add_bulk(world: &World, request: &Request) -> Reply {
    let reached = reach(world, &word(request.body("tenantFilter")));
    let one = |row: &Value| {
        let field = |name: &str| text(member(row, name));
        let new = New {
            name: field("siteName"),
            owner: field("siteOwner"),
            template: field("templateName"),
            design: field("siteDesign"),
        };
        let done = match &reached {
            Reach::Tenant(tenant) => new.create(world, Some(tenant)),
            Reach::Nowhere => new.create(world, None),
            Reach::Broken(trouble) => Err(trouble.clone()),
        };
        done.unwrap_or_else(|why| format!("Failed to create new SharePoint site {}. Error: {why}", new.name))
    };
    Reply::results(200, super::writing::items(request.body("bulkSites")).iter().map(one).collect::<Vec<_>>())
}

/// `DeleteSharepointSite`
fn delete(world: &World, request: &Request) -> Reply {
    let id = text(request.body("SiteId"));
    let failed = |why| Reply::results(500, format!("Failed to delete SharePoint site {id}. Error: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        if let Some(tenant) = tenant {
            let site = world.shelf(tenant, &SITES).take(&id).ok_or_else(|| missing(&id))?;
            world.shelf(tenant, &DELETED_SITES).put(json!({
                "SiteId": id, "Url": site["webUrl"], "Title": site["displayName"], "TimeDeleted": moment(),
                "DaysRemaining": 93, "site": site,
            }));
        }
        Ok(Reply::results(200, format!("Successfully started deletion of SharePoint site with ID {id}")))
    })
}

/// `ExecRestoreDeletedSite`
fn restore(world: &World, request: &Request) -> Reply {
    let id = text(request.either("SiteId"));
    let failed = |why| Reply::results(500, format!("Failed to restore site {id}. Error: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        if let Some(tenant) = tenant {
            let row = world.shelf(tenant, &DELETED_SITES).take(&id).ok_or_else(|| missing(&id))?;
            world.shelf(tenant, &SITES).put(row["site"].clone());
        }
        Ok(Reply::results(200, format!("Successfully restored site {id}")))
    })
}

/// `ListSiteMembers`: by address, or by id.
fn members(world: &World, request: &Request) -> Reply {
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Reply::results(500, trouble),
        Reach::Nowhere => return Reply::results(200, json!([])),
    };
    let (url, id) = (text(request.query("SiteUrl")), text(request.query("SiteId")));
    let of_id = || world.shelf(tenant, &SITES).row(&id).map(|site| text(&site["webUrl"])).unwrap_or_default();
    let url = if url.is_empty() { of_id() } else { url };
    let mut rows = world.shelf(tenant, &SITE_MEMBERS).rows();
    rows.retain(|row| text(&row["site"]).eq_ignore_ascii_case(url.trim_end_matches('/')));
    if text(request.query("Filter")).eq_ignore_ascii_case("External") {
        rows.retain(|row| text(&row["UserPrincipalName"]).contains("#EXT#"));
    }
    rows.iter_mut()
        .filter_map(Value::as_object_mut)
        .for_each(|row| row.retain(|name, _| name != "place" && name != "site"));
    Reply::results(200, rows)
}

/// `ExecSetSharePointMember`: anything but `Add` being true takes away.
fn set_member(world: &World, request: &Request) -> Reply {
    let user = text(member(request.body("user"), "value"));
    let role = Some(word(request.body("Role"))).filter(|role| !role.is_empty()).unwrap_or("Members".to_owned());
    let adds = is_true(request.body("Add"));
    let failed = |why| Reply::results(500, format!("Failed to change {role} of the site: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        let (done, way) = if adds { ("added", "to") } else { ("removed", "from") };
        let told = format!("Successfully {done} {user} {way} the {role} of the site");
        let Some(tenant) = tenant else { return Ok(Reply::results(200, told)) };
        let url = site_address(world, tenant, request)?;
        let places = world.shelf(tenant, &SITE_MEMBERS);
        if !adds {
            places.take(&site_place(&url, &user, &role)).ok_or_else(|| missing(&user))?;
        } else if tenant.directory().user(&user).is_none() {
            return Err(missing(&user));
        } else {
            places.put(site_member(tenant, &url, &user, &role, false));
        }
        Ok(Reply::results(200, told))
    })
}

/// The address of a site that is named by its address, or by the group behind it.
fn site_address(world: &World, tenant: &Tenant, request: &Request) -> Result<String, String> {
    let (url, group) = (text(request.body("URL")), word(request.body("GroupID")));
    if !url.is_empty() {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    let sites = world.shelf(tenant, &SITES).rows();
    let site = sites.iter().find(|site| text(&site["groupId"]).eq_ignore_ascii_case(&group));
    site.map(|site| text(&site["webUrl"])).ok_or_else(|| missing(&group))
}

/// `ExecSharePointPerms`: administrators of a site, of a user's OneDrive where no address is given.
fn set_admins(world: &World, request: &Request) -> Reply {
    let mut users = words(request.body("onedriveAccessUser"));
    if users.is_empty() {
        users = words(request.body("user"));
    }
    let removes = is_true(request.body("RemovePermission"));
    let failed = |why| Reply::results(500, format!("Failed to change access: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        let one = |user: &String| {
            let url = tenant.map(|tenant| match text(request.body("URL")) {
                url if url.is_empty() => onedrive_url(tenant, &text(request.body("UPN"))),
                url => url.trim_end_matches('/').to_owned(),
            });
            let (Some(tenant), Some(url)) = (tenant, url) else { return done(removes, user, "the site") };
            if tenant.directory().user(user).is_none() {
                return format!("Failed to change access for {user}: {}", missing(user));
            }
            let places = world.shelf(tenant, &SITE_MEMBERS);
            if removes {
                drop(places.take(&site_place(&url, user, "Admins")));
            } else {
                places.put(site_member(tenant, &url, user, "Admins", true));
            }
            done(removes, user, &url)
        };
        Ok(Reply::results(200, users.iter().map(one).collect::<Vec<_>>()))
    })
}

fn done(removes: bool, user: &str, url: &str) -> String {
    let (what, way) = if removes { ("removed", "from") } else { ("added", "to") };
    format!("Successfully {what} {user} as an admin {way} {url}")
}

/// `ExecOneDriveProvision`: the site comes later at Microsoft, at once here.
fn provision(world: &World, request: &Request) -> Reply {
    let first = |name| body_first(request, name);
    let users = words(first("UserPrincipalName"));
    let failed = |why| Reply::results(500, format!("Failed to provision OneDrive: {why}"));
    write(world, first("tenantFilter"), failed, |tenant| {
        for user in &users {
            if let Some((tenant, user)) = tenant.and_then(|tenant| Some((tenant, tenant.directory().user(user)?))) {
                let drives = world.shelf(tenant, &ONEDRIVES);
                if drives.row(&user.upn).is_none() {
                    drives.put(onedrive(world, tenant, &user.upn, &user.display_name));
                }
            }
        }
        Ok(Reply::results(200, format!("Successfully requested OneDrive for {}", users.join(", "))))
    })
}

/// `ExecOneDriveShortCut`: each call makes one more.
fn add_shortcut(world: &World, request: &Request) -> Reply {
    let (user, url) = (text(request.body("username")), text(member(request.body("siteUrl"), "value")));
    let failed = |why| Reply::results(500, format!("Failed to create shortcut for {user}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        if url.is_empty() {
            return Err("no site was given".to_owned());
        }
        if let Some(tenant) = tenant {
            let user = tenant.directory().user(&user).ok_or_else(|| missing(&user))?;
            let name = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            world.shelf(tenant, &SHORTCUTS).put(json!({
                "id": world.fresh_id(), "name": name, "owner": user.upn, "createdDateTime": moment(),
                "remoteItem": {"webUrl": url, "name": name},
            }));
        }
        Ok(Reply::results(200, format!("Successfully created OneDrive shortcut for {user} to {url}")))
    })
}
