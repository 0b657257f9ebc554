//! By what rows are grouped, sorted or found: a field, or a closure.

use rhai::{Dynamic, FnPtr};

use super::Call;
use super::key::{Key, Kinds};
use crate::engine::{rows, thrown::Result};

/// A field or a closure that gives something of each row.
pub(super) enum By {
    Field(String),
    Closure(FnPtr),
}

impl By {
    /// Reads an argument.
    pub(super) fn read(call: &Call, argument: &Dynamic) -> Result<Self> {
        if let Some(closure) = argument.read_lock::<FnPtr>() {
            return Ok(Self::Closure(closure.clone()));
        }
        let name = argument.as_immutable_string_ref().map_err(|_| call.takes("the name of a field, or a closure"))?;
        Ok(Self::Field(name.to_string()))
    }

    /// What it gives of this row.
    pub(super) fn value(&self, call: &Call, at: usize, row: &Dynamic) -> Result<Dynamic> {
        match self {
            Self::Field(name) => field(call, at, row, name),
            Self::Closure(closure) => call.closure(closure, row),
        }
    }

    /// What it gives of each row, as keys of one kind.
    pub(super) fn keys(&self, call: &Call, all: &[Dynamic]) -> Result<Vec<Key>> {
        self.keys_like(call, all, &mut Kinds::default())
    }

    /// The same, of the kind that other rows have.
    pub(super) fn keys_like(&self, call: &Call, all: &[Dynamic], kinds: &mut Kinds) -> Result<Vec<Key>> {
        let mut keys = Vec::with_capacity(all.len());
        for (at, row) in all.iter().enumerate() {
            let value = self.value(call, at, row)?;
            let key = kinds.key(&value).map_err(|why| call.wrong_row(at, format!("{} {why}", self.shown())))?;
            keys.push(key);
        }
        Ok(keys)
    }

    /// Its name in errors.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Field(name) => format!("\"{name}\""),
            Self::Closure(_) => "what the closure gives".into(),
        }
    }
}

/// A field of a row, as a property is read.
pub(super) fn field(call: &Call, at: usize, row: &Dynamic, name: &str) -> Result<Dynamic> {
    match rows::field(row, name) {
        None => Err(call.takes("an array of maps")),
        Some(Ok(value)) => Ok(value),
        Some(Err(mut failure)) => {
            failure.message = format!("rows[{at}]: {}", failure.message);
            Err(call.throw(failure))
        }
    }
}
