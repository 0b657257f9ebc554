//! The options of a function that reads or writes a file.

use rhai::{Array, Dynamic};

use crate::{
    failure::{Failure, Kind},
    value::Row,
};

/// Options as they were given.
pub(super) struct Options(Row);

impl Options {
    /// Takes a map of options, all of which must be known.
    pub(super) fn read(given: Option<&Dynamic>, known: &[&str]) -> Result<Self, Failure> {
        let Some(given) = given else { return Ok(Self(Row::new())) };
        let there_are = format!("there are {}", known.join(", "));
        let options = Row::of(given).ok_or_else(|| {
            Failure::new(Kind::Usage, "options are a map, as #{ name: value }").hint(there_are.clone())
        })?;
        let unknown = options.keys().find(|name| !known.contains(&name.as_str())).cloned();
        match unknown {
            Some(name) => Err(Failure::new(Kind::Usage, format!("unknown option \"{name}\"")).hint(there_are)),
            None => Ok(Self(options)),
        }
    }

    /// The value of an option that was given.
    pub(super) fn value(&self, name: &str) -> Option<&Dynamic> {
        self.0.get(name).filter(|value| !value.is_unit())
    }

    /// A switch, off where it was not given.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Failure> {
        self.value(name).map_or(Ok(false), |value| value.as_bool().map_err(|_| wrong(name, "true or false")))
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        self.value(name).map(|value| text(value).ok_or_else(|| wrong(name, "text"))).transpose()
    }

    /// A list of texts.
    pub(super) fn names(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        let names = |value: &Dynamic| value.read_lock::<Array>()?.iter().map(text).collect::<Option<Vec<_>>>();
        self.value(name).map(|value| names(value).ok_or_else(|| wrong(name, "a list of texts"))).transpose()
    }
}

/// The option takes something else.
pub(super) fn wrong(name: &str, wanted: &str) -> Failure {
    Failure::new(Kind::Usage, format!("the option {name} takes {wanted}"))
}

fn text(value: &Dynamic) -> Option<String> {
    value.as_immutable_string_ref().ok().map(|text| text.to_string())
}
