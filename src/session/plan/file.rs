//! The file of a plan: nobody else can read it, and it is there whole or not at all.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{Plan, VERSION};
use crate::{
    failure::{Failure, Kind},
    journal,
    output::Temporary,
};

/// A file that a plan will be written to.
#[derive(Debug)]
pub struct PlanFile {
    path: PathBuf,
    temporary: Temporary,
    replaces: bool,
}

impl PlanFile {
    /// Makes sure that a plan can be written there, before anything is planned. A plan that is there already is
    /// replaced when `replace` says so; any other file is left alone.
    ///
    /// # Errors
    ///
    /// Why it cannot be written.
    pub fn open(path: &Path, replace: bool) -> Result<Self, Failure> {
        let failed = |cause: String| {
            Failure::new(Kind::Command, format!("the plan cannot be written to {}", path.display())).because(cause)
        };
        if path.exists() {
            let is_plan = fs::read_to_string(path).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
            if is_plan.is_none_or(|value| value.get("cippsh_plan").is_none()) {
                return Err(failed("the file is there already, and is no plan".into()));
            }
            if !replace {
                return Err(failed("there is a plan already".into()).hint("--replace-plan writes over it"));
            }
        }
        let path = std::path::absolute(path).map_err(|cause| failed(cause.to_string()))?;
        let temporary = Temporary::beside(&path).map_err(|cause| failed(cause.to_string()))?;
        Ok(Self { path, temporary, replaces: replace })
    }

    /// Writes the plan.
    ///
    /// # Errors
    ///
    /// It is not there; what was there before still is.
    pub fn write(mut self, plan: &Plan) -> Result<(), Failure> {
        let failed = |cause: &dyn std::fmt::Display| {
            Failure::new(Kind::Command, format!("the plan cannot be written to {}", self.path.display())).because(cause)
        };
        let text = serde_json::to_string_pretty(plan).map_err(|cause| failed(&cause))?;
        let written = self.temporary.file.write_all(format!("{text}\n").as_bytes());
        written.and_then(|()| self.temporary.replace(&self.path, self.replaces)).map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => failed(&"the file has come up meanwhile"),
            _ => failed(&cause),
        })
    }
}

impl Plan {
    /// Reads a plan from its file.
    ///
    /// # Errors
    ///
    /// It is none, is of another version, or was changed since it was made.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |what: &str| Failure::new(Kind::Command, format!("{} {what}", path.display()));
        let text = fs::read_to_string(path).map_err(|cause| wrong("cannot be read").because(cause))?;
        let value: Value = serde_json::from_str(&text).map_err(|cause| wrong("is no plan").because(cause))?;
        match value.get("cippsh_plan").map(Value::as_u64) {
            None => return Err(wrong("is no plan")),
            Some(Some(version)) if version == u64::from(VERSION) => {}
            Some(version) => {
                let told = version.map_or_else(|| "none".to_owned(), |version| version.to_string());
                return Err(wrong("is a plan that this version of cippsh does not know")
                    .because(format!("the version of its format is {told}, and {VERSION} is known")));
            }
        }
        let plan: Self = serde_json::from_value(value).map_err(|cause| wrong("is no whole plan").because(cause))?;
        if plan.hash != hash(&plan) {
            return Err(wrong("was changed since it was made")
                .because("its hash is not that of its content")
                .hint("make the plan anew"));
        }
        Ok(plan)
    }
}

/// The hash of all but the hash.
pub(super) fn hash(plan: &Plan) -> String {
    let plan = Plan { hash: String::new(), ..plan.clone() };
    journal::hash(serde_json::to_string(&plan).unwrap_or_default())
}
