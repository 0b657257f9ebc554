//! The options of a bulk.

use rhai::{Dynamic, FnPtr, Map, NativeCallContext};

use super::item::Reading;
use crate::{
    engine::{
        context::Context,
        thrown::{self, Result},
    },
    failure::{Failure, Kind},
    value::Row,
};

/// What the second argument of `bulk` may hold.
pub(super) struct Options {
    /// How many items run at once.
    pub(super) concurrency: usize,
    /// How many more where they write, unless the script says how many it wants.
    pub(super) ahead: usize,
    key: Option<Key>,
    pub(super) label: String,
    pub(super) stop_on_error: bool,
    pub(super) reading: Reading,
}

enum Key {
    Field(String),
    Closure(FnPtr),
}

impl Options {
    pub(super) fn read(options: Map, known: &[&str], context: &Context) -> std::result::Result<Self, Failure> {
        let mut read = Self {
            concurrency: context.concurrency,
            ahead: context.ahead(),
            key: None,
            label: String::new(),
            stop_on_error: false,
            reading: Reading::Later,
        };
        let wrong = |name: &str, wanted: &str| Failure::new(Kind::Usage, format!("the option {name} takes {wanted}"));
        for (name, value) in options {
            match name.as_str() {
                name if !known.contains(&name) => {
                    return Err(Failure::new(Kind::Usage, format!("unknown option \"{name}\""))
                        .hint(format!("there are {}", known.join(", "))));
                }
                "concurrency" => {
                    let number = value.as_int().ok().and_then(|number| usize::try_from(number).ok());
                    let number = number.filter(|number| (1..=1024).contains(number));
                    read.concurrency = number.ok_or_else(|| wrong("concurrency", "a whole number from 1 to 1024"))?;
                    read.ahead = 0;
                }
                "stop_on_error" => {
                    read.stop_on_error = value.as_bool().map_err(|_| wrong("stop_on_error", "true or false"))?;
                }
                "verify" => {
                    let verify = value.as_bool().map_err(|_| wrong("verify", "true or false"))?;
                    read.reading = if verify { Reading::Later } else { Reading::Never };
                }
                "label" => read.label = value.into_string().map_err(|_| wrong("label", "text"))?,
                _ => {
                    read.key = Some(match value.clone().try_cast::<FnPtr>() {
                        Some(closure) => Key::Closure(closure),
                        None => Key::Field(
                            value.into_string().map_err(|_| wrong("key", "the name of a field, or a closure"))?,
                        ),
                    });
                }
            }
        }
        Ok(read)
    }

    /// What tells each item from the others.
    pub(super) fn keys_of(&self, call: &NativeCallContext, items: &[Dynamic]) -> Result<Vec<Dynamic>> {
        items.iter().enumerate().map(|(index, item)| self.key_of(call, index, item)).collect()
    }

    /// What tells an item from the others: what the option says, else a user's or a row's name, else the item or its
    /// place.
    fn key_of(&self, call: &NativeCallContext, index: usize, item: &Dynamic) -> Result<Dynamic> {
        let field = |name: &str| {
            let row = item.read_lock::<Row>();
            row.and_then(|row| row.get_ignoring_case(name).cloned())
                .or_else(|| item.read_lock::<Map>().and_then(|map| map.get(name).cloned()))
        };
        match &self.key {
            Some(Key::Closure(closure)) => closure.call_within_context(call, (item.flatten_clone(),)),
            Some(Key::Field(name)) => field(name)
                .ok_or_else(|| thrown::usage(format!("item {index} has no field \"{name}\" to be its key"), call)),
            None if item.is_string() || item.is_int() => Ok(item.flatten_clone()),
            None => {
                let names = ["userPrincipalName", "UPN", "defaultDomainName", "id"];
                let place = || i64::try_from(index).unwrap_or(i64::MAX).into();
                Ok(names.into_iter().find_map(field).unwrap_or_else(place))
            }
        }
    }
}
