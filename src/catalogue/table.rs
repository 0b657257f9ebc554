//! The static tables that the build script makes from the files in `data/`.

use super::action::{Action, ActionParam, Lift, Needed, Once, Shape};
// The data may use any of these.
#[allow(unused_imports)]
use super::record::{
    Condition, Effect, EffectRule, Endpoint, Expect, Kind, Lag, Look, Method, Need, Param, Place, Placeholder,
    Presence, Recipe, Reply, Retry, Root, Scope, TenantForm, UserForm, When, Wrap,
};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
