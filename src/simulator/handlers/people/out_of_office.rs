//! Automatic replies.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::mailbox_list::owner;
use super::one_user::Plan;
use super::tenant;
use crate::simulator::powershell::{is_true, member, text, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::user::User;

/// Flags and texts that are kept as they are sent.
const PLAIN: &[&str] = &[
    "CreateOOFEvent",
    "OOFEventSubject",
    "AutoDeclineFutureRequestsWhenOOF",
    "DeclineEventsForScheduledOOF",
    "DeclineAllEventsForScheduledOOF",
    "DeclineMeetingMessage",
];

/// `ListOoO`
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let id = text(request.query("userid"));
    let failed = |_: Reply| Reply::text(500, format!("Could not retrieve out of office message for {id}."));
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::text(200, ""))
        .map_err(|reply| if reply.status == 500 { failed(reply) } else { reply })?;
    let user = owner(tenant, &id, 500).map_err(failed)?;
    Ok(Reply::json(&state(&user)))
}

/// What is set for a user.
fn state(user: &User) -> Value {
    user.kept.get("out of office").cloned().unwrap_or_else(|| {
        json!({
            "AutoReplyState": "Disabled", "StartTime": null, "EndTime": null, "InternalMessage": "",
            "ExternalMessage": "",
            "CreateOOFEvent": false, "OOFEventSubject": "", "AutoDeclineFutureRequestsWhenOOF": false,
            "DeclineEventsForScheduledOOF": false, "DeclineAllEventsForScheduledOOF": false,
            "DeclineMeetingMessage": "",
        })
    })
}

/// `ExecSetOoO`: a message that is empty leaves the one that was there.
pub(super) fn set(_: &World, request: &Request) -> Result<Plan, Reply> {
    let body = request.whole_body().clone();
    let plan = Plan::mailbox_in_body(request, "userId");
    let failed = format!("Could not set Out of Office for user: {}. Error", plan.user);
    let word = text(unwrapped(request.body("AutoReplyState")));
    let states = ["Enabled", "Disabled", "Scheduled"];
    let Some(state) = states.into_iter().find(|state| state.eq_ignore_ascii_case(&word)) else {
        return Err(Reply::results(500, format!("{failed}: '{word}' is not a state.")));
    };
    let (from, to) = (time(member(&body, "StartTime"), 0), time(member(&body, "EndTime"), 7));
    let user = &plan.user;
    let done = if state == "Scheduled" {
        format!("Scheduled Out-of-office for {user} between {from} and {to}.")
    } else {
        format!("Set Out-of-office for {user} to {state}.")
    };
    let plan = plan.change(move |_, user| {
        apply(user, state, &body, (from, to));
        Ok(())
    });
    Ok(plan.says(done, failed))
}

/// Sets the replies of a user from what a body says.
pub(super) fn apply(user: &mut User, word: &str, body: &Value, (from, to): (String, String)) {
    let mut now = state(user);
    now["AutoReplyState"] = json!(word);
    let scheduled = word == "Scheduled";
    now["StartTime"] = if scheduled { json!(from) } else { Value::Null };
    now["EndTime"] = if scheduled { json!(to) } else { Value::Null };
    for name in ["InternalMessage", "ExternalMessage"] {
        let both = text(member(body, "input"));
        let own = if both.is_empty() { text(member(body, name)) } else { both };
        if !own.is_empty() {
            now[name] = json!(own);
        }
    }
    for name in PLAIN.iter().filter(|name| !member(body, name).is_null()) {
        let sent = member(body, name);
        now[*name] = if sent.is_string() && now[*name].is_boolean() { json!(is_true(sent)) } else { sent.clone() };
    }
    user.kept.insert("out of office".to_owned(), now);
}

/// Seconds since 1970, or a date as it was sent, in the form in which the server shows it.
fn time(sent: &Value, days: i64) -> String {
    let now = Timestamp::now().as_second() + days * 86_400;
    let second = if truthy(sent) { text(sent).parse().unwrap_or(now) } else { now };
    let moment = Timestamp::from_second(second).unwrap_or_default().to_string();
    moment.get(..16).unwrap_or_default().replace('T', " ")
}
