//! A Rhai scripting runtime for CIPP.
//!
//! ```text
//! script ─▶ engine ─▶ catalogue ─▶ session ─▶ client ─▶ CIPP server (or the simulator)
//!                                     │
//! people ◀─ output ◀── outcome ◀──────┘
//! ```
//!
//! An action is **data**, a record of the [`catalogue`], registered as a native function by **one loop** in
//! [`engine`]. `session::Session::call` is the **only gate** to a server: tenants are resolved, the request is
//! built, sent and read there once, for scripts and for the command line alike. Arrows point down only:
//! `command > engine > session > {output, client, simulator} > {outcome, catalogue, cli} > {value, failure}`;
//! `tests/layers.rs` enforces it.

pub mod catalogue;
pub mod failure;
pub mod outcome;
pub mod output;
pub mod simulator;
pub mod value;
