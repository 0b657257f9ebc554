//! What is known about every endpoint of the CIPP API, and how arguments become a request.

pub mod action;
pub mod arguments;
pub mod effect;
mod lookup;
mod name;
mod name_words;
mod nearest;
mod path;
mod readback;
pub mod record;
mod search;
mod table;
mod template;
mod tenant;
mod user;
pub mod verify;
mod words;

pub use action::{Action, ActionParam, actions, find_action, namespaces, nearest_actions};
pub use lookup::{all, find, is_field};
pub use nearest::nearest;
pub use path::same as same_name;
pub use record::*;
pub use search::{Found, search};
pub use tenant::{Target, Tenant, TenantLookup};
pub use user::{User, UserLookup};

/// The version of the server whose endpoints are described here.
pub const SERVER_VERSION: &str = "10.8.2";

#[cfg(test)]
#[path = "build/mod.rs"]
mod compile;
#[cfg(test)]
mod lint;
