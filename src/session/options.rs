//! What a session, and one call of it, does differently from what is usual.

use crate::{client::Mode, value::Fields};

/// How a session behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Unknown tenants are let through for reads.
    pub unchecked_tenants: bool,
    /// Writes are read back, unless a call says otherwise.
    pub verify: bool,
    /// How many requests the server gets at once.
    pub throttle: Mode,
}

impl Default for Settings {
    fn default() -> Self {
        Self { unchecked_tenants: false, verify: true, throttle: Mode::Adaptive { ceiling: 32 } }
    }
}

/// How one call is made, beside what it sends.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallOptions<'a> {
    /// Keep these fields of the rows only; `None` keeps all.
    pub wanted: Option<&'a Fields>,
    /// Whether a write is read back; `None` for what the session does.
    pub verify: Option<bool>,
}
