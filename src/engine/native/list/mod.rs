//! Arrays of maps, as tables have them: one table of functions, all of which work on rows of replies and on maps alike.

mod by;
mod compare;
mod group;
mod join;
mod key;
mod order;
mod pick;
mod pivot;

use std::{any::TypeId, sync::Arc};

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, NativeCallContext};

use super::super::{
    context::Context,
    planned,
    thrown::{self, Result},
};
use crate::failure::{Failure, Kind};

/// What a function does with the rows and its further arguments.
type Function = fn(&Call, &[Dynamic], &[Dynamic]) -> Result<Dynamic>;

/// The functions, with how many arguments they take beside the rows.
const FUNCTIONS: &[(&str, &[usize], Function)] = &[
    ("chunk", &[1], pick::chunk),
    ("count_by", &[1], group::count_by),
    ("diff_by", &[2], compare::diff_by),
    ("distinct", &[0, 1], pick::distinct),
    ("flatten", &[0], pick::flatten),
    ("group_by", &[1], group::group_by),
    ("join", &[2, 3], join::join),
    ("pivot", &[3], pivot::pivot),
    ("rename", &[1], pick::rename),
    ("select", &[1], pick::select),
    ("sum_by", &[2], group::sum_by),
    ("to_index", &[1], group::to_index),
    ("top", &[2], order::top),
    ("where", &[1], pick::where_),
];

/// Functions that compare the rows with each other as a whole.
const COMPARING: [&str; 2] = ["diff_by", "distinct"];

pub(in super::super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    for (name, counts, function) in FUNCTIONS {
        for count in *counts {
            let mut types = vec![TypeId::of::<Dynamic>(); count + 1];
            types[0] = TypeId::of::<Array>();
            let world = Arc::clone(context);
            engine.register_raw_fn(*name, types, move |context: NativeCallContext, arguments| {
                let (rows, rest) = arguments.split_first_mut().ok_or("rows are missing")?;
                let rest: Vec<Dynamic> = rest.iter_mut().map(|argument| argument.take().flatten()).collect();
                planned::refuse(&world, &context, name, &rest.iter().collect::<Vec<_>>())?;
                if COMPARING.contains(name) {
                    planned::refuse(&world, &context, name, &[&**rows])?;
                }
                let call = Call { name, context };
                let rows = rows.read_lock::<Array>().ok_or("rows are missing")?;
                function(&call, &rows, &rest)
            });
        }
    }
    order::register(engine);
}

/// A call of one of the functions.
struct Call<'a> {
    name: &'static str,
    context: NativeCallContext<'a>,
}

impl Call<'_> {
    /// A mistake in the call or in its rows.
    fn wrong(&self, message: impl AsRef<str>) -> Box<EvalAltResult> {
        self.throw(Failure::new(Kind::Usage, message.as_ref()))
    }

    /// A mistake in this row.
    fn wrong_row(&self, at: usize, message: impl AsRef<str>) -> Box<EvalAltResult> {
        self.wrong(format!("rows[{at}]: {}", message.as_ref()))
    }

    /// The function takes something else.
    fn takes(&self, what: &str) -> Box<EvalAltResult> {
        self.wrong(format!("{} takes {what}", self.name))
    }

    fn throw(&self, failure: Failure) -> Box<EvalAltResult> {
        thrown::throw(&failure, &self.context)
    }

    /// What the closure gives for this value.
    fn closure(&self, closure: &FnPtr, value: &Dynamic) -> Result<Dynamic> {
        Ok(closure.call_within_context::<Dynamic>(&self.context, (value.clone(),))?.flatten())
    }
}

/// Names of fields in an argument: a text, or a list of texts.
fn names(call: &Call, argument: &Dynamic) -> Result<Vec<String>> {
    let wrong = || call.takes("names of fields: a text or a list of texts");
    if let Ok(name) = argument.as_immutable_string_ref() {
        return Ok(vec![name.to_string()]);
    }
    let list = argument.as_array_ref().map_err(|_| wrong())?;
    list.iter().map(|name| name.as_immutable_string_ref().map(|name| name.to_string()).map_err(|_| wrong())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::natives;

    #[test]
    fn every_function_is_told_of_in_order() {
        assert!(FUNCTIONS.is_sorted_by_key(|(name, ..)| name));
        for (name, ..) in FUNCTIONS {
            assert!(natives::find(name).is_some(), "{name} has no record");
        }
    }
}
