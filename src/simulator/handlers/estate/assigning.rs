//! What an app, a policy or a script is assigned to, in the words of the lists.

use serde_json::Value;

use super::Request;
use super::writing::{items, word, words};
use crate::simulator::powershell::{is_true, member, text};

/// The targets that a call names: those that get it, and those that are left out.
#[derive(Default)]
pub(super) struct Targets {
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
}

impl Targets {
    /// Reads the targets; `users` is what the list calls all users, `all_users` the word that is sent for them.
    pub(super) fn read(request: &Request, all_users: &str, users: &str) -> Self {
        let to = word(request.body("AssignTo"));
        let mut include = match to.to_lowercase().as_str() {
            "" | "on" => Vec::new(),
            "alldevices" => vec!["All Devices".to_owned()],
            "alldevicesandusers" => vec!["All Devices".to_owned(), users.to_owned()],
            all if all == all_users => vec![users.to_owned()],
            _ => to.split(',').map(|name| name.trim().to_owned()).collect(),
        };
        let mut named = words(request.body("GroupNames"));
        if named.is_empty() {
            named = words(request.body("GroupIds"));
        }
        let mut exclude = words(request.body("excludeGroup"));
        exclude.extend(words(request.body("ExcludeGroupNames")));
        if exclude.is_empty() {
            exclude = words(request.body("ExcludeGroupIds"));
        }
        if text(request.body("assignmentDirection")).eq_ignore_ascii_case("exclude") {
            exclude.extend(named);
        } else {
            include.extend(named);
        }
        Self { include, exclude }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }
}

/// Writes targets into the text of a list; those that stay come first.
pub(super) fn assign(row: &mut Value, field: &str, targets: &[String], replace: bool) {
    let before = text(&row[field]);
    let name = |target: &str| target.split(" (").next().unwrap_or_default().to_owned();
    let kept = before
        .split(", ")
        .filter(|known| !replace && !known.is_empty() && !targets.iter().any(|target| name(target) == name(known)));
    let all: Vec<_> = kept.map(str::to_owned).chain(targets.iter().cloned()).collect();
    row[field] = all.join(", ").into();
}

/// The text that `AssignTo` of a new app becomes; the intent is the word of the list.
pub(super) fn of_new_app(to: &str, group: &str, intent: &str) -> String {
    match to.to_lowercase().as_str() {
        "allusers" => format!("All Licensed Users ({intent})"),
        "alldevices" => format!("All Devices ({intent})"),
        "alldevicesandusers" => format!("All Devices ({intent}), All Licensed Users ({intent})"),
        "customgroup" => format!("{group} ({intent})"),
        _ => String::new(),
    }
}

/// The tenants in a list of objects of tenants, by their default domain.
pub(super) fn selected_domains(request: &Request) -> Vec<String> {
    let domain = |tenant: &Value| text(member(tenant, "defaultDomainName"));
    items(request.body("selectedTenants")).iter().map(domain).filter(|domain| !domain.is_empty()).collect()
}

/// What a new app is for: the flag of the intent, once set, means that it is taken away.
pub(super) fn intent(request: &Request) -> &'static str {
    if is_true(request.body("InstallationIntent")) { "uninstall" } else { "required" }
}
