//! What is known about every endpoint of the CIPP API, and how arguments become a request.

pub mod arguments;
pub mod effect;
mod lookup;
mod name;
mod path;
pub mod record;
mod table;
mod tenant;
mod words;

pub use lookup::{all, find, is_field, nearest, search};
pub use record::*;
pub use tenant::{Target, Tenant, TenantLookup};

#[cfg(test)]
#[path = "build/mod.rs"]
mod compile;
