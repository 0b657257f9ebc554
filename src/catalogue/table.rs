//! The static table that the build script makes from the files in `data/`.

// The data may use any of these.
#[allow(unused_imports)]
use super::record::{
    Condition, Effect, EffectRule, Endpoint, Expect, Kind, Lag, Look, Method, Need, Param, Place, Placeholder,
    Presence, Recipe, Reply, Retry, Root, Scope, TenantForm, UserForm, When, Wrap,
};

include!(concat!(env!("OUT_DIR"), "/endpoints.rs"));
