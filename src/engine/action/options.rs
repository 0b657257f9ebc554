//! The options of a call that are not the endpoint's.

use std::time::Duration;

use rhai::Dynamic;

use super::writes;
use crate::{
    catalogue::Action,
    failure::{Failure, Kind},
    value::{Row, duration},
};

/// How an action is called, beside what it sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether a write is read back; `None` for what the session does.
    pub verify: Option<bool>,
    /// How long a task that the write plans is followed; `None` does not wait.
    pub wait: Option<Duration>,
}

impl Options {
    /// Reads the map of a script.
    pub(super) fn read(action: &Action, options: &Dynamic) -> Result<Self, Failure> {
        let name = action.full_name();
        let usage = |message: String| Failure::new(Kind::Usage, format!("{name}: {message}"));
        let given =
            Row::of(options).ok_or_else(|| usage("the options are a map, behind the map of arguments".into()))?;
        let mut read = Self::default();
        for (option, value) in given.iter() {
            match option.as_str() {
                "verify" | "wait" if !writes(action) => {
                    return Err(usage(format!("the option {option} is for actions that change something")));
                }
                "verify" => {
                    let verify = value.as_bool().map_err(|_| usage("the option verify takes true or false".into()))?;
                    read.verify = Some(verify);
                }
                "wait" => read.wait = Some(Self::duration(&value.to_string()).map_err(|why| usage(why.clone()))?),
                other => {
                    return Err(usage(format!("there is no option \"{other}\""))
                        .hint("options are verify and wait; arguments of the action go into the map before"));
                }
            }
        }
        Ok(read)
    }

    /// A length of time as people write it.
    fn duration(text: &str) -> Result<Duration, String> {
        let wrong = || format!("the option wait takes a length of time such as \"30m\", not \"{text}\"");
        let duration = duration(text).map_err(|_| wrong())?;
        Duration::try_from(duration).map_err(|_| wrong())
    }
}
