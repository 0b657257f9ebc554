//! Apps of Intune, and the queue through which most of them come.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::assigning::{Targets, assign, intent, of_new_app, selected_domains};
use super::listing::{All, List, managed};
use super::writing::{change, take, word, words, write};
use super::{Area, Reply, Request, World, is_all};
use crate::simulator::powershell::{member, text};
use crate::simulator::state::intune::{APP_QUEUE, APPS, app};
use crate::simulator::state::tenant::{Standing, Tenant};

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddChocoApp", |world, request| queue(world, request, "ApplicationName", "winGet", &choco_command(request))),
    ("AddMSPApp", add_msp),
    ("AddOfficeApp", add_office),
    ("AddStoreApp", |world, request| queue(world, request, "ApplicationName", "Store", "")),
    ("AddWin32ScriptApp", |world, request| queue(world, request, "ApplicationName", "Custom Script", "")),
    ("ExecAppUpload", upload),
    ("ExecAssignApp", assign_app),
    ("ListApplicationQueue", list_queue),
    ("ListApps", |world, request| List { all: All::Report, ..List::of(&APPS) }.answer(world, request)),
    ("RemoveApp", remove),
    ("RemoveQueuedApp", unqueue),
];

fn choco_command(request: &Request) -> String {
    let (package, repository) = (text(request.body("PackageName")), text(request.body("customrepo")));
    let repository = if repository.is_empty() { String::new() } else { format!(" -CustomRepo {repository}") };
    format!("powershell.exe -ExecutionPolicy Bypass .\\Install.ps1 -InstallChoco -Packagename {package}{repository}")
}

/// Puts one row for each tenant into the queue. One text comes bare, and nothing when no tenant was understood.
fn queue(world: &World, request: &Request, name: &str, kind: &str, command: &str) -> Reply {
    let name = text(request.body(name));
    let said: Vec<_> = selected_domains(request)
        .iter()
        .map(|tenant| {
            world.own(&APP_QUEUE).put(json!({
                "id": world.fresh_id(), "tenantName": tenant, "applicationName": name, "cmdLine": command,
                "assignTo": text(request.body("AssignTo")), "status": "Not Deployed yet",
                // What the upload needs and the list does not show.
                "customGroup": text(request.body("CustomGroup")), "intent": intent(request), "type": kind,
            }));
            format!("Successfully added {kind} App {name} for {tenant} to queue.")
        })
        .collect();
    Reply::results(200, unrolled(said))
}

/// One text comes bare, none as null.
fn unrolled(mut texts: Vec<String>) -> Value {
    match texts.len() {
        0 => Value::Null,
        1 => texts.remove(0).into(),
        _ => texts.into(),
    }
}

/// `AddMSPApp`: the keys of the tool stand in the command, for all to see.
fn add_msp(world: &World, request: &Request) -> Reply {
    const TOOLS: [&str; 7] = ["datto", "ninja", "huntress", "syncro", "ncentral", "automate", "cwcommand"];
    let tool = text(member(request.body("RMMName"), "value"));
    if !TOOLS.contains(&tool.to_lowercase().as_str()) {
        return Reply::results(400, format!("Unsupported RMM: {tool}"));
    }
    let params = request.body("params").as_object().cloned().unwrap_or_default();
    let params: Vec<_> = params.iter().map(|(name, value)| format!("-{name} {}", text(value))).collect();
    let command = format!("powershell.exe -ExecutionPolicy Bypass .\\{tool}.ps1 {}", params.join(" "));
    queue(world, request, "DisplayName", "MSP", &command)
}

/// `AddOfficeApp`: deployed at once, and skipped where there is any Office suite.
fn add_office(world: &World, request: &Request) -> Reply {
    let mut said = Vec::new();
    for tenant in expanded(world, &selected_domains(request)) {
        let apps = world.shelf(tenant, &APPS);
        if apps.rows().iter().any(|row| text(&row["@odata.type"]).ends_with("officeSuiteApp")) {
            said.push(format!("Office deployment already exists for {}, skipping", tenant.domain));
            continue;
        }
        let to = of_new_app(&word(request.body("AssignTo")), &text(request.body("CustomGroup")), "required");
        let languages = words(request.body("languages"));
        let more = json!({
            "publisher": "Microsoft", "localesToInstall": languages, "officePlatformArchitecture": "x64",
            "updateChannel": word(request.body("updateChannel")),
        });
        apps.put(app(&world.fresh_id(), "Microsoft 365 Apps for Windows 10 and later", "officeSuiteApp", &to, more));
        said.push(format!("Successfully added Office App for {}", tenant.domain));
    }
    Reply::results(200, unrolled(said))
}

/// The tenants of these names, all of them where one stands for all; unknown ones are left out.
fn expanded<'w>(world: &'w World, names: &[String]) -> Vec<&'w Tenant> {
    if names.iter().any(|name| is_all(name)) {
        return managed(world).collect();
    }
    names.iter().filter_map(|name| world.tenant(name)).filter(|tenant| tenant.standing != Standing::Broken).collect()
}

/// `ListApplicationQueue`: of all tenants, commands with their keys too.
fn list_queue(world: &World, _: &Request) -> Reply {
    const SHOWN: [&str; 6] = ["tenantName", "applicationName", "cmdLine", "assignTo", "id", "status"];
    let rows = world.own(&APP_QUEUE).rows();
    Reply::rows(rows.iter().map(|row| SHOWN.iter().map(|name| (*name, &row[*name])).collect::<BTreeMap<_, _>>()))
}

/// `ExecAppUpload`: works off the whole queue; a row for all tenants stays and will be deployed again.
fn upload(world: &World, _: &Request) -> Reply {
    for row in world.own(&APP_QUEUE).rows() {
        let (id, name, tenant) = (text(&row["id"]), text(&row["applicationName"]), text(&row["tenantName"]));
        let to = of_new_app(&text(&row["assignTo"]), &text(&row["customGroup"]), &text(&row["intent"]));
        let kind = if row["type"] == "Store" { "winGetApp" } else { "win32LobApp" };
        for tenant in expanded(world, std::slice::from_ref(&tenant)) {
            let apps = world.shelf(tenant, &APPS);
            if !apps.rows().iter().any(|row| text(&row["displayName"]) == name) {
                let more = json!({"installCommandLine": row["cmdLine"]});
                apps.put(app(&world.fresh_id(), &name, kind, &to, more));
            }
        }
        if is_all(&tenant) {
            world.own(&APP_QUEUE).change(&id, |row| row["status"] = "Deployed".into());
        } else {
            drop(world.own(&APP_QUEUE).take(&id));
        }
    }
    Reply::results(200, "Started application queue processing")
}

/// `ExecAssignApp`: no target and an unknown mode are errors that nobody catches.
fn assign_app(world: &World, request: &Request) -> Reply {
    let (id, mode) = (text(request.body("ID")), text(request.body("assignmentMode")));
    let targets = Targets::read(request, "allusers", "All Licensed Users");
    if targets.is_empty() {
        return Reply::text(500, "No valid assignment targets were specified");
    }
    if !["", "append", "replace"].contains(&mode.to_lowercase().as_str()) {
        return Reply::text(
            500,
            format!("Unsupported AssignmentMode value '{mode}'. Valid options are 'replace' or 'append'."),
        );
    }
    let intent = Some(text(request.body("Intent")).to_lowercase()).filter(|intent| !intent.is_empty());
    let intent = intent.unwrap_or_else(|| "required".to_owned());
    let named = |targets: &[String]| targets.iter().map(|target| format!("{target} ({intent})")).collect::<Vec<_>>();
    let (include, exclude) = (named(&targets.include), targets.exclude);
    let replace = mode.eq_ignore_ascii_case("replace");
    let failed = |why| Reply::results(500, format!("Failed to assign app {id}: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        change(world, tenant, &APPS, &id, |row| {
            assign(row, "AppAssignment", &include, replace);
            assign(row, "AppExclude", &exclude, replace);
            row["isAssigned"] = true.into();
        })?;
        let all: Vec<_> = targets.include.iter().chain(&exclude).cloned().collect();
        Ok(Reply::results(200, format!("Successfully assigned app {id} to {}", all.join(", "))))
    })
}

/// `RemoveApp`: without an id the server leaves without a word.
fn remove(world: &World, request: &Request) -> Reply {
    let id = text(request.either("ID"));
    if id.is_empty() {
        return Reply::text(200, "");
    }
    let failed = |why| Reply::results(500, format!("Failed to delete app {id}. {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        take(world, tenant, &APPS, &id)?;
        Ok(Reply::results(200, format!("Successfully deleted app {id}")))
    })
}

/// `RemoveQueuedApp`
fn unqueue(world: &World, request: &Request) -> Reply {
    let id = text(request.body("ID"));
    match world.own(&APP_QUEUE).take(&id) {
        Some(_) => Reply::results(200, format!("Successfully removed {id} from queue.")),
        None => {
            Reply::results(403, format!("Failed to remove {id} from queue. The specified resource does not exist."))
        }
    }
}
