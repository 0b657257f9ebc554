//! New users: one, several, a guest.

use serde_json::{Value, json};

use super::account::password;
use super::edit::{self, PLAIN};
use super::scheduler::{blank, schedule};
use super::{licences, tenant};
use crate::simulator::powershell::{is_true, member, text, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::graph_user::graph_user;
use crate::simulator::state::seed::Seed;
use crate::simulator::state::tasks::Task;
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::{Kind, User};

/// What Graph says of a name that is taken.
const TAKEN: &str = "Another object with the same value for property userPrincipalName already exists.";

/// `AddUser`: at once, or by a task when `Scheduled` is on.
pub(super) fn user(world: &World, request: &Request) -> Result<Reply, Reply> {
    let body = request.whole_body();
    let name = text(request.body("tenantFilter"));
    if name.is_empty() {
        let text = "tenantFilter is required to create a user.";
        return Err(Reply::results(400, json!({"resultText": text, "state": "error"})));
    }
    let scheduled = request.body("Scheduled");
    if is_true(member(scheduled, "Enabled")) {
        let upn = format!("{}@{}", text(request.body("username")), domain_of(body));
        let task = Task {
            key: world.fresh_id(),
            name: format!("New user creation: {upn}"),
            command: "New-CIPPUserTask".to_owned(),
            parameters: json!({"UserObj": body}),
            tenant: name,
            time: text(member(scheduled, "date")).parse().unwrap_or_default(),
            ..blank(body)
        };
        schedule(world, task, false);
        let shown = text(request.body("displayName"));
        return Ok(Reply::results(200, vec![format!("Successfully created scheduled task to create user {shown}")]));
    }
    let created = create(world, &name, body)
        .map_err(|cause| Reply::results(500, vec![format!("Failed to create user. Error:{cause}")]))?;
    let logged = created.texts().into_iter().filter(|text| !text.contains(&created.password));
    let reply = json!({
        "Results": created.results, "User": created.user,
        "CopyFrom": {"Success": created.copied.0, "Error": created.copied.1, "Skipped": []},
    });
    Ok(Reply::json(&reply).logged_as(logged.collect()))
}

/// What came of creating a user.
pub(super) struct Created {
    results: Vec<Value>,
    password: String,
    user: Value,
    /// Groups of another user: those that it is in now, and those that failed.
    copied: (Vec<String>, Vec<String>),
}

impl Created {
    /// Its results as texts.
    pub(super) fn texts(&self) -> Vec<String> {
        self.results.iter().map(|result| text(result.get("resultText").unwrap_or(result))).collect()
    }
}

/// Creates the user that a body of `AddUser` describes.
pub(super) fn create(world: &World, domain: &str, body: &Value) -> Result<Created, String> {
    let field = |name: &str| text(member(body, name));
    let upn = format!("{}@{}", field("username"), domain_of(body));
    let sent = field("password");
    let password = if sent.is_empty() { password(world) } else { sent };
    let mut results = vec![
        json!("Created New User."),
        json!({"resultText": format!("Username: {upn}"), "copyField": upn, "state": "success"}),
        json!({"resultText": format!("Password: {password}"), "copyField": password, "state": "success"}),
    ];
    // Where the tenant is unknown nothing is sent, and the success is told all the same.
    let Some(tenant) = world.tenant(domain) else {
        return Ok(Created { results, password, user: Value::Null, copied: Default::default() });
    };
    if tenant.standing == Standing::Broken {
        return Err(tenant.trouble());
    }
    let skus: Vec<String> = edit::values_of(member(body, "licenses"));
    add(tenant, &upn, body)?;
    if !skus.is_empty() {
        results.push(licences::assign(tenant, &upn, &skus, &[]).into());
    }
    let aliases = field("AddedAliases");
    if !aliases.is_empty() {
        let aliases: Vec<String> = aliases.split_whitespace().map(str::to_owned).collect();
        tenant.directory().change(&upn, |user| edit::add_addresses(tenant, user, &aliases));
        results.push(json!(format!("Added Aliases: {}", aliases.join(", "))));
    }
    results.extend(edit::relations(world, tenant, &upn, body).into_iter().map(Value::from));
    let user = tenant.directory().user(&upn);
    let user = user.map_or(Value::Null, |user| graph_user(world.calendar, tenant, &user).into());
    let copied = edit::copy_groups(world, tenant, &upn, body);
    Ok(Created { results, password, user, copied })
}

/// The domain for the name: `Domain` as a text, or `PrimDomain.value`, which is not read when it is a text.
pub(super) fn domain_of(body: &Value) -> String {
    let plain = text(member(body, "Domain"));
    if plain.is_empty() { text(member(member(body, "PrimDomain"), "value")) } else { plain }
}

fn add(tenant: &Tenant, upn: &str, body: &Value) -> Result<(), String> {
    let (alias, domain) = upn.split_once('@').unwrap_or((upn, ""));
    if alias.is_empty() || ![&tenant.domain, &tenant.initial_domain].iter().any(|own| own.eq_ignore_ascii_case(domain))
    {
        return Err(
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified \
                    domain names in your organization."
                .to_owned(),
        );
    }
    let name = text(member(body, "displayName"));
    if name.is_empty() {
        return Err("Invalid value specified for property 'displayName' of resource 'User'.".to_owned());
    }
    let make = |number: usize| {
        let mut user = fresh(tenant.seed.of("added user", number), upn, &name);
        let location = text(unwrapped(member(body, "usageLocation")));
        user.set("usageLocation", if location.is_empty() { Value::Null } else { json!(location) });
        for property in PLAIN.iter().filter(|property| truthy(member(body, property))) {
            user.set(property, member(body, property).clone());
        }
        user
    };
    let added = tenant.directory().add(make);
    if added { Ok(()) } else { Err(TAKEN.to_owned()) }
}

/// A user with what Graph itself sets on a new one.
pub(super) fn fresh(seed: Seed, upn: &str, name: &str) -> User {
    let mut user = User::added(seed, upn, name);
    stamp(&mut user);
    user
}

fn stamp(user: &mut User) {
    let now = json!(moment());
    for name in [
        "createdDateTime",
        "lastPasswordChangeDateTime",
        "refreshTokensValidFromDateTime",
        "signInSessionsValidFromDateTime",
    ] {
        user.set(name, now.clone());
    }
    user.set("signInActivity", Value::Null);
    user.kept.insert("manager".to_owned(), json!(""));
}

/// `AddUserBulk`
pub(super) fn users(world: &World, request: &Request) -> Result<Reply, Reply> {
    let name = text(request.body("tenantFilter"));
    let rows = request.body("BulkUser").as_array().cloned().unwrap_or_default();
    let (results, logged) =
        rows.iter().map(|row| bulk_user(world, request, &name, row)).unzip::<_, _, Vec<_>, Vec<_>>();
    Ok(Reply::results(200, results).logged_as(logged))
}

/// Creates one user of several: what is said, and what is logged.
fn bulk_user(world: &World, request: &Request, tenant: &str, row: &Value) -> (Value, String) {
    let (alias, domain) = (text(member(row, "mailNickName")), text(member(row, "domain")));
    let upn = format!("{alias}@{domain}");
    if alias.is_empty() || domain.is_empty() {
        let said = json!({"resultText": format!("Required fields missing for {}", text(row)), "state": "error"});
        return (said, "Failed to create a user: required fields are missing".to_owned());
    }
    match create(world, tenant, &bulk_body(request, row, &alias, &domain)) {
        Ok(Created { password, .. }) => {
            let text = format!("Created user {upn}. Password: {password}");
            let said = json!({"resultText": text, "copyField": password, "username": upn, "state": "success"});
            (said, format!("Created user {upn}"))
        }
        Err(cause) => {
            let text = format!("Failed to create user {upn}. Error: {cause}");
            (json!({"resultText": text, "username": upn, "state": "error"}), text)
        }
    }
}

/// The body of `AddUser` for one user of several, with what is given for all of them.
fn bulk_body(request: &Request, row: &Value, alias: &str, domain: &str) -> Value {
    let mut body = row.as_object().cloned().unwrap_or_default();
    if text(member(row, "displayName")).is_empty() {
        let names = [text(member(row, "givenName")), text(member(row, "surname"))].join(" ");
        body.insert("displayName".to_owned(), json!(names.trim()));
    }
    body.insert("username".to_owned(), json!(alias));
    body.insert("Domain".to_owned(), json!(domain));
    let missing = |name: &str| member(row, name).is_null() && truthy(request.body(name));
    if missing("licenses") {
        let skus = edit::texts_of(request.body("licenses")).into_iter().map(|sku| json!({"value": sku}));
        body.insert("licenses".to_owned(), skus.collect());
    }
    if missing("usageLocation") {
        body.insert("usageLocation".to_owned(), request.body("usageLocation").clone());
    }
    body.into()
}

/// `AddGuest`: a repeat finds the same guest.
pub(super) fn guest(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (mail, shown) = (text(request.body("mail")), text(request.body("displayName")));
    let mailed = is_true(request.body("sendInvite"));
    let how = if mailed { "with Email Invite" } else { "with no Email Invite" };
    let done = || Reply::results(200, vec![format!("Invited Guest {shown} {how}")]);
    let name = text(unwrapped(request.body("tenantFilter")));
    let tenant = tenant(world, &name, 400, done)?;
    let Some((alias, home)) = mail.split_once('@').filter(|(alias, home)| !alias.is_empty() && !home.is_empty()) else {
        let cause = "The invited user email address is invalid.";
        return Err(Reply::results(400, vec![format!("Failed to Invite Guest. {cause}")]));
    };
    let users = tenant.directory().users();
    if !users.iter().any(|user| user.kind == Kind::Guest && user.mail.eq_ignore_ascii_case(&mail)) {
        tenant.directory().add(|number| {
            let upn = format!("{alias}_{home}#EXT#@{}", tenant.initial_domain);
            let seed = tenant.seed.of("added guest", number);
            let mut user = User { kind: Kind::Guest, ..fresh(seed, &upn, &shown) };
            user.mail.clone_from(&mail);
            user.set("externalUserState", json!("PendingAcceptance"));
            user
        });
    }
    Ok(done())
}
