//! The values that scripts work with: rows of a reply, secrets, and JSON to and from them.
//!
//! ```text
//! bytes ─▶ RowStream ─▶ Dynamic (Row, array, text, …) ─▶ to_json / to_json_to_send
//! ```
//!
//! A reply becomes values while it arrives, without a tree of JSON between: its bytes are dropped as they are
//! read, keys are stored once per form of row ([`Row`]) and repeated texts once per reply.

mod differences;
mod equal;
mod fields;
mod intern;
mod item;
mod json;
mod near;
mod planned;
mod projection;
mod read;
mod row;
mod secret;
mod shape;
mod stream;
mod tenant;
mod time;
mod trie;

pub use differences::differences;
pub use equal::{canonical, equal};
pub use fields::Fields;
pub use json::{from_json, to_json, to_json_to_send};
pub use near::near;
pub use planned::{Planned, Report};
pub use projection::Projection;
pub use row::Row;
pub use secret::{MASK, Secret, secret_in};
pub use stream::{ParseError, RowStream, parse};
pub use tenant::{Tenant, TenantHandle};
pub use time::{day_or_time, instant, iso};
