//! What a call of an action gives back: what became of it, its inputs, and the useful parts of the reply.

use rhai::{Array, Dynamic, Map};

use super::{super::api, input::Input, task::Task};
use crate::{
    catalogue::{Action, action::Lift},
    outcome::Written,
    session::{Session, Status},
    value::{Row, Secret},
};

/// What a write gave, with the parts of its reply that are lifted out.
pub(super) fn written(action: &Action, written: Written) -> Map {
    let lifted: Vec<(&str, Dynamic)> =
        action.lifts.iter().filter_map(|lift| Some((lift.name, find(lift, &written)?))).collect();
    let mut map = api::written_map(written, action.endpoint);
    map.extend(lifted.into_iter().map(|(name, value)| (name.into(), value)));
    map.insert("action".into(), action.full_name().into());
    map
}

/// What a write gives that was not sent, because tasks do it already.
pub(super) fn planned(action: &Action, tasks: &[Task]) -> Map {
    let names: Vec<&str> = tasks.iter().map(|task| task.name.as_str()).collect();
    let message = format!("nothing is sent: planned or running already is {}", names.join(", "));
    let fields: [(&str, Dynamic); 6] = [
        ("status", Status::Queued.name().into()),
        ("done", Status::Queued.done().into()),
        ("message", message.into()),
        ("results", Array::new().into()),
        ("endpoint", action.endpoint.name.into()),
        ("action", action.full_name().into()),
    ];
    fields.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// Adds the inputs under their names in camel case, where nothing else has the name, and all of them as `input`.
pub(super) fn with_input(action: &Action, input: &Input, mut map: Map, session: &Session) -> Map {
    let inputs: Map = input.given.iter().map(|(param, value)| (camel_case(param.name).into(), value.clone())).collect();
    if let Some(tenant) = action.tenant.and_then(|name| input.get(name)).and_then(|tenant| tenant.as_str()) {
        // The list of tenants is at hand: the call has looked the tenant up.
        let domain = session.tenant(tenant).map_or_else(|_| tenant.to_owned(), |tenant| tenant.domain);
        map.entry("tenant".into()).or_insert_with(|| domain.into());
    }
    for (name, value) in &inputs {
        map.entry(name.clone()).or_insert_with(|| value.clone());
    }
    map.insert("input".into(), inputs.into());
    map
}

/// Says what became of it in place of what was said before.
pub(super) fn set_status(map: &mut Map, status: Status) {
    map.insert("status".into(), status.name().into());
    map.insert("done".into(), status.done().into());
}

/// Adds the tasks that do the work: one as `task_id` and so on, and all of them as `tasks`.
pub(super) fn add_tasks(map: &mut Map, tasks: &[Task]) {
    if let [only] = tasks {
        for (name, value) in [("task_id", &only.id), ("task_name", &only.name), ("task_state", &only.state)] {
            if !value.is_empty() {
                map.insert(name.into(), value.clone().into());
            }
        }
    }
    let rows: Array = tasks.iter().map(Task::row).map(Dynamic::from).collect();
    if !rows.is_empty() {
        map.insert("tasks".into(), rows.into());
    }
}

/// `set_per_user_mfa` gives `setPerUserMfa`.
fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.trim_end_matches('_').chars() {
        match letter {
            '_' => upper = true,
            letter if upper => {
                camel.extend(letter.to_uppercase());
                upper = false;
            }
            letter => camel.push(letter),
        }
    }
    camel
}

fn find(lift: &Lift, written: &Written) -> Option<Dynamic> {
    let fits = |value: &Dynamic| !value.is_unit() && value.is::<Secret>() == lift.secret;
    if let Some(name) = lift.path.strip_prefix("Results[].") {
        let mut values = written.results.iter().filter_map(|line| line.fields.get_ignoring_case(name));
        return values.find(|value| fits(value)).cloned();
    }
    let mut steps = lift.path.split('.');
    let first = written.extra.get_ignoring_case(steps.next()?)?.clone();
    let found = steps.try_fold(first, |value, step| Row::of(&value)?.get_ignoring_case(step).cloned())?;
    fits(&found).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn names_in_camel_case() {
        for (name, expected) in [
            ("user_id", "userId"),
            ("tenant_filter", "tenantFilter"),
            ("mfa_state", "mfaState"),
            ("module_", "module"),
            ("x64", "x64"),
            ("id", "id"),
        ] {
            assert_eq!(camel_case(name), expected);
        }
    }
}
