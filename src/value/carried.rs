//! What a map carries for functions of its own and shows to nobody.

use std::sync::Arc;

use rhai::Dynamic;

/// Values that a map carries: they are left out wherever it is shown, written or sent.
#[derive(Debug, Clone)]
pub struct Carried(pub Arc<[Dynamic]>);
