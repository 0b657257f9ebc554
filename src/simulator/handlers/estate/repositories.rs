//! Repositories of templates at GitHub.

use serde_json::{Value, json};

use super::writing::{word, words};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{is_true, text, truthy};
use crate::simulator::state::instance::{REPOSITORIES, built_in, repository};

/// The endpoints of this area.
pub(super) const HANDLERS: Area =
    &[("ExecCommunityRepo", act), ("ExecGitHubAction", github), ("ListCommunityRepos", list)];

/// `ListCommunityRepos`: puts missing built-in ones back, unless any `WriteAccess` is given.
fn list(world: &World, request: &Request) -> Reply {
    let shelf = world.own(&REPOSITORIES);
    if !truthy(request.query("WriteAccess")) {
        for row in built_in(world) {
            if shelf.row(&text(&row["FullName"])).is_none() {
                shelf.put(row);
            }
        }
    }
    let mut rows = shelf.rows();
    rows.retain(|row| !is_true(request.query("WriteAccess")) || row["WriteAccess"] == true);
    Reply::results(200, rows)
}

/// `ExecCommunityRepo`: failures are a state in a 200.
fn act(world: &World, request: &Request) -> Reply {
    let (id, name) = (text(request.body("Id")), text(request.body("FullName")));
    let shelf = world.own(&REPOSITORIES);
    let rows = shelf.rows();
    let known = rows.iter().find(|row| text(&row["Id"]) == id || text(&row["FullName"]).eq_ignore_ascii_case(&name));
    let name = known.map(|row| text(&row["FullName"])).unwrap_or(name);
    let said = |text: String, state: &str| Reply::results(200, json!({"resultText": text, "state": state}));
    let set = |field: &str, value: Value, told: String| match shelf.change(&name, |row| row[field] = value) {
        true => said(told, "success"),
        false => said(format!("Repository {name} not found"), "error"),
    };
    match text(request.body("Action")).to_lowercase().as_str() {
        "add" if name.is_empty() => said("Repository not found".to_owned(), "error"),
        "add" => {
            let id = if id.is_empty() { world.fresh_id() } else { id };
            shelf.put(repository(&id, &name, false));
            said(format!("Repository {name} added"), "success")
        }
        "delete" => {
            drop(shelf.take(&name));
            said(format!("Repository {name} deleted"), "success")
        }
        "settemplatetypes" => {
            let types = words(request.body("TemplateTypes")).into();
            set("TemplateTypes", types, format!("Template types of {name} updated"))
        }
        "setbranch" => {
            let branch = text(request.body("Branch"));
            set("UploadBranch", branch.clone().into(), format!("Branch set to {branch}"))
        }
        "update" => set("WriteAccess", json!(true), format!("Repository {name} updated")),
        "uploadtemplate" | "uploadscript" => match known {
            Some(row) if row["WriteAccess"] == true => said(format!("Uploaded to {name}"), "success"),
            _ => Reply::text(500, format!("Could not write to {name}")),
        },
        "importtemplate" | "importscript" => {
            said(format!("Imported {} from {name}", text(request.body("Path"))), "success")
        }
        other => said(format!("Action {other} not supported"), "error"),
    }
}

/// `ExecGitHubAction`: all parameters come from where the action is.
fn github(world: &World, request: &Request) -> Reply {
    let in_query = !request.query("Action").is_null();
    let value = |name: &str| if in_query { request.query(name) } else { request.body(name) };
    let name = word(value("FullName"));
    match text(value("Action")).to_lowercase().as_str() {
        "search" => {
            let rows = world.own(&REPOSITORIES).rows();
            let found = rows
                .iter()
                .map(|row| json!({"full_name": row["FullName"], "html_url": row["URL"], "name": row["Name"]}));
            let found: Vec<_> = found.collect();
            Reply::json(&json!({"Results": {"total_count": found.len(), "incomplete_results": false, "items": found}}))
        }
        "getbranches" => {
            Reply::results(200, json!([{"name": "main", "protected": false}, {"name": "dev", "protected": false}]))
        }
        "getorgs" => Reply::results(200, json!([{"login": "Contoso", "id": 1}])),
        "getfiletree" => Reply::results(
            200,
            json!([{"path": "README.md", "type": "blob", "html_url": format!("https://github.com/{name}")}]),
        ),
        "getfilecontents" => {
            Reply::results(200, json!({"name": word(value("Path")), "content": "{}", "encoding": "utf-8"}))
        }
        "createrepo" => {
            let owner = Some(word(value("Org"))).filter(|org| !org.is_empty()).unwrap_or_else(|| "Contoso".to_owned());
            let name = format!("{owner}/{}", text(value("Name")));
            let mut row = repository(&world.fresh_id(), &name, false);
            if is_true(value("Private")) {
                row["Visibility"] = "private".into();
            }
            world.own(&REPOSITORIES).put(row);
            Reply::results(200, json!({"resultText": format!("Repository {name} created"), "state": "success"}))
        }
        "importtemplate" => Reply::results(200, json!({"resultText": "Template imported", "state": "success"})),
        _ => Reply::results(200, json!([])),
    }
}
