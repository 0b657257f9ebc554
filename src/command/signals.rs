//! Ctrl-C and its kin: the first stops the work, the second the process.

use crate::{
    failure::{Failure, Kind, exit},
    interrupt::Interrupt,
};

/// An interrupt that signals raise from now on.
pub(super) fn watch() -> Result<Interrupt, Failure> {
    let interrupt = Interrupt::default();
    let raised = interrupt.clone();
    ctrlc::set_handler(move || {
        if raised.raise() {
            stop();
        }
    })
    .map_err(|cause| Failure::new(Kind::Internal, "cannot watch for Ctrl-C").because(cause))?;
    Ok(interrupt)
}

#[expect(clippy::exit, reason = "the person asked twice: nothing may delay it any more")]
fn stop() {
    std::process::exit(exit::INTERRUPTED.into());
}
