//! Every action as a native function of its namespace, by one loop; and what a call of one gives.

mod input;
mod options;
mod result;
mod task;

use std::sync::Arc;

use rhai::{Dynamic, Engine, FuncRegistration, Map, Module, NativeCallContext};
use serde_json::Value;

use super::{
    api,
    bulk::item,
    calls,
    context::Context,
    named::Named,
    thrown::{self, Result},
};
use crate::{
    catalogue::{self, Action, ActionParam, Effect, Endpoint, action},
    failure::{Failure, Kind},
    interrupt::Interrupt,
    outcome::{Outcome, Written},
    session::{CallOptions, Session, Status, plan::Asked},
};
use input::Input;
pub use options::Options;

pub(super) fn register(engine: &mut Engine, context: &Arc<Context>, named: &Named) {
    let mut actions = catalogue::actions().iter().peekable();
    for namespace in catalogue::namespaces() {
        let mut module = Module::new();
        while let Some(action) = actions.next_if(|action| action.namespace == *namespace) {
            if named.namespaces.contains(namespace) {
                add(&mut module, context, action);
            }
        }
        engine.register_static_module(*namespace, module.into());
    }
}

/// With the tenant first, where there is one, then a map that can be left out when nothing in it is required, then
/// options. Each number of arguments is one form of closure, whatever the types.
fn add(module: &mut Module, context: &Arc<Context>, action: &'static Action) {
    let (one, two, other) = (Arc::clone(context), Arc::clone(context), Arc::clone(context));
    let named = || FuncRegistration::new(action.name);
    if action.tenant.is_some() {
        named().set_into_module(module, move |call: NativeCallContext, tenant: Dynamic| {
            run(&one, &call, action, Some(tenant), Map::new().into(), Map::new().into())
        });
        named().set_into_module(module, move |call: NativeCallContext, tenant: Dynamic, map: Dynamic| {
            run(&two, &call, action, Some(tenant), map, Map::new().into())
        });
        named().set_into_module(
            module,
            move |call: NativeCallContext, tenant: Dynamic, map: Dynamic, options: Dynamic| {
                run(&other, &call, action, Some(tenant), map, options)
            },
        );
        return;
    }
    named().set_into_module(module, move |call: NativeCallContext| {
        run(&other, &call, action, None, Map::new().into(), Map::new().into())
    });
    named().set_into_module(module, move |call: NativeCallContext, map: Dynamic| {
        run(&one, &call, action, None, map, Map::new().into())
    });
    named().set_into_module(module, move |call: NativeCallContext, map: Dynamic, options: Dynamic| {
        run(&two, &call, action, None, map, options)
    });
}

/// Calls an action for a script.
fn run(
    context: &Context,
    call: &NativeCallContext,
    action: &'static Action,
    tenant: Option<Dynamic>,
    map: Dynamic,
    options: Dynamic,
) -> Result<Dynamic> {
    let send = |endpoint: &'static Endpoint, arguments: &Value, options: &CallOptions| {
        calls::call(context, endpoint, arguments, options)
    };
    let way = Way { session: &context.session, interrupt: &context.interrupt, send: &send };
    let before = item::worst();
    let given = || -> std::result::Result<Dynamic, Failure> {
        let options = Options::read(action, &options);
        let read = options.and_then(|options| Ok((options, Input::read(action, tenant, &map, &context.session)?)));
        let (options, input) = read.inspect_err(|failure| context.session.refused(action.effect, failure))?;
        let call = || way.call(action, &input, &options);
        // What was waited for has been done; read at the end of a bulk, only its task would be looked at.
        let (value, became) = if options.wait.is_some() { item::at_once(call)? } else { call()? };
        // A task that was followed to its end is not queued any more.
        if let Some(became) = became {
            item::set_worst(before.max(became));
        }
        Ok(value)
    };
    given().map_err(|failure| thrown::throw(&failure, call))
}

/// Calls an action with a map that holds everything, the tenant too.
///
/// # Errors
///
/// All that is wrong with the arguments, and then nothing was sent; else why there is no good answer.
pub fn call_action(
    session: &Session,
    interrupt: &Interrupt,
    action: &'static Action,
    map: &Dynamic,
    options: &Options,
) -> std::result::Result<Dynamic, Failure> {
    let send = |endpoint: &'static Endpoint, arguments: &Value, options: &CallOptions| {
        session.call(endpoint, arguments, options)
    };
    let input = Input::read(action, None, map, session)?;
    Way { session, interrupt, send: &send }.call(action, &input, options).map(|(value, _)| value)
}

/// Calls an action with a map that holds everything, as a script did before; `send` makes the call of its endpoint.
pub(super) fn replay(
    session: &Session,
    interrupt: &Interrupt,
    (action, map, options): (&'static Action, &Dynamic, &Options),
    send: Send,
) -> std::result::Result<Dynamic, Failure> {
    let input = Input::read(action, None, map, session)?;
    Way { session, interrupt, send }.call(action, &input, options).map(|(value, _)| value)
}

/// What a script gets for an answer of the action's endpoint, its own inputs aside.
pub(super) fn shaped(action: &Action, written: Written) -> Dynamic {
    Dynamic::from_map(result::written(action, written))
}

type Send<'w> = &'w dyn Fn(&'static Endpoint, &Value, &CallOptions) -> std::result::Result<Outcome, Failure>;

/// The way of a call to the server.
struct Way<'w> {
    session: &'w Session,
    interrupt: &'w Interrupt,
    send: Send<'w>,
}

impl Way<'_> {
    /// What the call gives; and what became of a task that was waited for.
    fn call(
        &self,
        action: &'static Action,
        input: &Input,
        options: &Options,
    ) -> std::result::Result<(Dynamic, Option<Status>), Failure> {
        let arguments = action::arguments::endpoint_arguments(action, &input.json)
            .map_err(|problems| action::arguments::refusal(action, &problems))
            .inspect_err(|failure| self.session.refused(action.effect, failure))?;
        let planned = self.planned_before(action, input, &arguments)?;
        if let Some(all) = planned.as_ref().filter(|planned| planned.rest.is_none()) {
            return self.done_with_tasks(
                action,
                input,
                result::planned(action, &all.tasks),
                all.tasks.clone(),
                (&arguments, options, false),
            );
        }
        let (rest, mut tasks) = planned.map_or((None, Vec::new()), |planned| (planned.rest, planned.tasks));
        let sent = rest.as_ref().unwrap_or(&arguments);
        let written = match self.sent(action, sent, input, options)? {
            Outcome::Done(written) => written,
            data => return Ok((api::shown(data, action.endpoint), None)),
        };
        if let Some(call) = api::planned_call(&written) {
            let known = result::with_input(action, input, result::written(action, written), self.session);
            return Ok((api::report(call, known), None));
        }
        let queued = written.status == Status::Queued;
        let names = if queued { task::names(&written) } else { Vec::new() };
        let map = result::written(action, written);
        if queued {
            tasks.extend(self.find_tasks(input, &names));
            return self.done_with_tasks(action, input, map, tasks, (&arguments, options, true));
        }
        Ok((Dynamic::from_map(result::with_input(action, input, map, self.session)), None))
    }

    fn sent(
        &self,
        action: &'static Action,
        arguments: &Value,
        input: &Input,
        options: &Options,
    ) -> std::result::Result<Outcome, Failure> {
        let name = action.full_name();
        let call_options = CallOptions {
            wanted: input.wanted.as_ref(),
            verify: options.verify,
            asked: Some(Asked { action: &name, arguments: &input.json, wait: options.wait }),
        };
        (self.send)(action.endpoint, arguments, &call_options).map_err(|failure| in_action(action, failure))
    }

    /// The result of work that tasks do, which are followed to their end where that is wanted. `sent` says that a
    /// write of this call has queued it, and not an earlier one.
    fn done_with_tasks(
        &self,
        action: &'static Action,
        input: &Input,
        mut map: Map,
        tasks: Vec<task::Task>,
        (arguments, options, sent): (&Value, &Options, bool),
    ) -> std::result::Result<(Dynamic, Option<Status>), Failure> {
        let mut became = None;
        let tasks = match options.wait {
            Some(limit) if !tasks.is_empty() => {
                let tasks = self.follow(tasks, limit)?;
                became = task::status(&tasks);
                if let Some(status) = became {
                    let verdict = (status == Status::Accepted && options.verify != Some(false))
                        .then(|| self.session.settle_task(action.endpoint, arguments))
                        .flatten();
                    let status = verdict.as_ref().map_or(status, |verdict| verdict.status);
                    let seen = verdict.map(|verdict| verdict.seen).filter(|seen| !seen.is_empty());
                    let seen = seen.map_or_else(String::new, |seen| format!("; read back: {seen}"));
                    let told = format!("{}{seen}", task::message(&tasks));
                    if sent {
                        self.session.tally().instead(Status::Queued, status);
                        self.session.followed(status, &told);
                    }
                    if status == Status::Failed {
                        return Err(task::failure(action, input, &tasks));
                    }
                    became = Some(status);
                    result::set_status(&mut map, status);
                    map.insert("message".into(), told.into());
                }
                tasks
            }
            _ => tasks,
        };
        result::add_tasks(&mut map, &tasks);
        Ok((Dynamic::from_map(result::with_input(action, input, map, self.session)), became))
    }
}

/// Tells a refusal of the endpoint as one of the action.
fn in_action(action: &Action, mut failure: Failure) -> Failure {
    if failure.kind == Kind::Usage {
        let (old, new) = (action.endpoint.name, action.full_name());
        if let Some(rest) = failure.message.strip_prefix(&format!("{old}: ")) {
            let wire = |param: &&ActionParam| rest.starts_with(&format!("{}: ", param.wire));
            failure.message = match action.params.iter().find(wire) {
                Some(param) => format!("{new}: {}{}", param.name, rest.get(param.wire.len()..).unwrap_or_default()),
                None => format!("{new}: {rest}"),
            };
        }
        for hint in &mut failure.hints {
            *hint = hint.replace(&format!("`cippsh doc {old}`"), &format!("`cippsh doc {new}`"));
        }
    }
    failure
}

/// The form of a call, for people who got it wrong.
pub fn signature(action: &Action) -> String {
    let name = action.full_name();
    let needed: Vec<String> = action
        .params
        .iter()
        .filter(|param| param.needed == action::Needed::Always && action.tenant != Some(param.name))
        // A list that can be given by the fields of its one element is shown by these.
        .filter(|param| !action.params.iter().any(|flat| flat.list() == Some(param.wire)))
        .map(|param| format!("{}: …", param.name))
        .collect();
    let map = if needed.is_empty() { "#{ … }".to_owned() } else { format!("#{{ {} }}", needed.join(", ")) };
    match (action.tenant.is_some(), action.params.is_empty()) {
        (true, _) if needed.is_empty() => format!("{name}(tenant)  {name}(tenant, {map})"),
        (true, _) => format!("{name}(tenant, {map})"),
        (false, true) => format!("{name}()"),
        (false, false) if needed.is_empty() => format!("{name}()  {name}({map})"),
        (false, false) => format!("{name}({map})"),
    }
}

/// Whether a call may change something, so that it has options of a write.
fn writes(action: &Action) -> bool {
    action.effect >= Effect::Write
}
