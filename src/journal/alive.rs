//! Whether the process of a run is still at work.

use std::path::Path;

use jiff::Timestamp;

use super::writer::HEARTBEAT;

/// Whether the process of a run that has not ended is there: it said so lately, and where it can be seen it is.
pub(super) fn is_alive(host: &str, pid: u32, seen: i64) -> bool {
    let lately = Timestamp::now().as_second() - seen <= 3 * HEARTBEAT.as_secs().cast_signed();
    let is_here = host == this_host();
    let processes = Path::new("/proc/self");
    lately && !(is_here && processes.exists() && !Path::new("/proc").join(pid.to_string()).exists())
}

/// The name of this machine.
pub(super) fn this_host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
