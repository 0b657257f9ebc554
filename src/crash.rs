//! What is told of a fault of our own: whatever it was about, without secrets.

use std::{
    fmt::Display,
    io::Write,
    panic::PanicHookInfo,
    sync::{Mutex, PoisonError},
};

use crate::redact;

/// Tells of a panic in place of the usual way. Nobody is left to tell when `out` is closed.
pub fn hook(out: impl Write + Send + 'static) -> impl Fn(&PanicHookInfo<'_>) + Send + Sync + 'static {
    let out = Mutex::new(out);
    move |panic| {
        let _ = writeln!(out.lock().unwrap_or_else(PoisonError::into_inner), "{}", text(panic));
    }
}

fn text(panic: &impl Display) -> String {
    redact::text(&panic.to_string()).into_owned()
}
