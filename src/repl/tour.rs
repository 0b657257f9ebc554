//! A first walk through what can be done, on the demo.

use super::talk::{After, Talk};
use crate::failure::{Failure, Kind};

/// One step: what is said, and the code that does it.
struct Step {
    says: &'static str,
    code: &'static str,
}

const fn step(says: &'static str, code: &'static str) -> Step {
    Step { says, code }
}

/// The steps, in order. Each finds what those before it have left.
const STEPS: &[Step] = &[
    step(
        "These are the customers that can be managed. There is no default tenant: every call names its own.",
        "all_tenants()",
    ),
    step(
        "A tenant by its domain, its id or its exact name. What names none, or two, is an error.",
        "let t = tenant(\"contoso.com\");",
    ),
    step(
        "Every endpoint of CIPP is a function that takes one map; `fields` keeps the answer small.",
        "let users = ListUsers(#{ tenantFilter: t, fields: [\"id\", \"displayName\", \"userPrincipalName\", \"accountEnabled\", \"userType\"] });",
    ),
    step("Lists of rows have the methods of Rhai. The latest result is `it`.", "users.filter(|u| !u.accountEnabled)"),
    step("How many accounts are switched off?", "it.len()"),
    step(
        "Actions are endpoints under friendly names, in namespaces: type user:: and press Tab to see them.",
        "user::list_mfa_users(t)",
    ),
    step(
        "The standard library knows per-user MFA: who must have it, and who has.",
        "import \"std/mfa\" as mfa; let members = mfa::members(t, []); let states = mfa::states(t);",
    ),
    step(
        "A function of your own; it stays for the lines that follow.",
        "fn without_mfa(members, states) { members.filter(|u| states[u.id] == \"disabled\") }",
    ),
    step("Who is without MFA?", "let missing = without_mfa(members, states); missing"),
    step(
        "A write. You are shown what will be sent and asked; then it is read back: `verified` means that it is so.",
        "user::set_per_user_mfa(t, #{ user_id: missing[0], mfa_state: \"enforced\" })",
    ),
    step("Writes can be planned first: while a plan is on, nothing is sent.", ":plan on"),
    step(
        "Several at once. One failure would not stop the others.",
        "bulk(missing.extract(1, 3), |u| user::set_per_user_mfa(t, #{ user_id: u, mfa_state: \"enforced\" })).summary()",
    ),
    step("The plan is shown and asked for once; then exactly that is sent, and read back.", ":plan apply"),
    step("Everything that was written is in the journal. :save FILE makes a script of what has worked.", ":runs"),
];

/// Starts or goes on, or runs all of it where nobody sits.
///
/// # Errors
///
/// The server is not the demo, or a step has failed.
pub(super) fn start(talk: &mut Talk, from: usize) -> Result<After, Failure> {
    if !talk.is_demo && !talk.session.is_simulated() {
        return Err(Failure::new(Kind::Usage, "the tour writes, and this may be a real server")
            .hint("cippsh repl --demo starts one that is not"));
    }
    if talk.interactive {
        talk.step = Some(from.min(STEPS.len() - 1));
        return Ok(After::Next);
    }
    for step in STEPS {
        talk.say(&format!("> {}\n", step.code));
        talk.take(step.code)?;
    }
    Ok(After::Next)
}

/// What is said before the next line of the tour, and the code that is offered.
pub(super) fn next(talk: &Talk) -> Option<(String, String)> {
    let at = talk.step?;
    let step = STEPS.get(at)?;
    let how = if at == 0 { " Enter runs the line; an empty one ends the tour." } else { "" };
    let says = talk.screen().folded(&format!("{}/{}  {}{how}", at + 1, STEPS.len(), step.says));
    Some((format!("\n{says}\n"), step.code.to_owned()))
}

/// Goes on behind the step that was taken. A step that the person has changed is as good.
pub(super) fn taken(talk: &mut Talk, before: Option<usize>, line: &str) {
    let Some(at) = before.filter(|before| talk.step == Some(*before)) else { return };
    let is_aside = line.trim_start().starts_with(':') && STEPS.get(at).is_none_or(|step| step.code != line.trim());
    if is_aside {
        return;
    }
    talk.step = Some(at + 1).filter(|next| *next < STEPS.len());
    if talk.step.is_none() {
        talk.explain("That was the tour. :help lists the commands, :find WORDS finds what can be called.\n");
    }
}

/// The person does not want to go on.
pub(super) fn stop(talk: &mut Talk) {
    if let Some(at) = talk.step.take() {
        talk.explain(&format!("The tour has ended; :tour {} goes on.\n", at + 1));
    }
}
