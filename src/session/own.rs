//! Reads that the session itself makes.

use std::sync::atomic::Ordering;

use rhai::Array;
use serde_json::Value;

use super::{CallOptions, Session, gate::Ready, ready};
use crate::{
    catalogue::{self, Effect},
    failure::{Failure, Kind},
    outcome::{self, Outcome},
};

impl Session {
    /// A read that no cache on the way answers: the server ignores the name and keeps its caches by the whole query.
    pub(super) fn read_fresh(&self, name: &str, arguments: &Value, options: &CallOptions) -> Result<Outcome, Failure> {
        let mut ready = self.own_read(name, arguments)?;
        let number = self.reads.fetch_add(1, Ordering::Relaxed);
        ready.outgoing.query.push(("_imp".into(), format!("{}-{number}", self.started)));
        self.pass(&ready, options.wanted, outcome::read).outcome
    }

    /// A read that the session itself makes, which no rule of the guard keeps it from.
    fn own_read(&self, name: &str, arguments: &Value) -> Result<Ready, Failure> {
        let endpoint =
            catalogue::find(name).ok_or_else(|| Failure::new(Kind::Internal, format!("{name} is not known")))?;
        let request = self.build(endpoint, arguments)?;
        if request.effect >= Effect::Write {
            return Err(Failure::new(Kind::Internal, format!("{name} is no read")));
        }
        Ok(Ready { own: true, ..ready(&request, arguments)? })
    }

    /// The rows that a list gives.
    pub(super) fn rows(&self, name: &str, arguments: &Value) -> Result<Array, Failure> {
        let missing = || Failure::new(Kind::Internal, format!("{name} does not give rows"));
        match self.pass(&self.own_read(name, arguments)?, None, outcome::read).outcome? {
            Outcome::Rows(rows) => Ok(rows),
            Outcome::Value(value) => value.into_array().map_err(|_| missing()),
            Outcome::Done(_) => Err(missing()),
        }
    }
}
