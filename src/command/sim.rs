//! `cippsh sim`: a simulated CIPP server until stopped.

use std::{fs, io::Write as _};

use super::signals;
use crate::{
    cli::{EnvShell, Sim},
    failure::{Failure, Kind, exit},
    simulator::{self, Faults, Settings, Shell},
};

pub(super) fn run(sim: Sim) -> Result<u8, Failure> {
    let faults = match &sim.faults {
        Some(path) => {
            let name = path.display().to_string();
            let text = fs::read_to_string(path).map_err(|cause| {
                Failure::new(Kind::Command, format!("cannot read the faults in {name}")).because(cause)
            })?;
            Some(Faults::parse(&text, &name)?)
        }
        None => None,
    };
    let interrupt = signals::watch()?;
    let settings = Settings {
        port: sim.port,
        tenants: sim.tenants,
        users: sim.users,
        seed: sim.seed,
        faults,
        ..Settings::default()
    };
    let simulator = simulator::start(settings)?;
    let shell = match sim.shell {
        EnvShell::Sh => Shell::Posix,
        EnvShell::Powershell => Shell::PowerShell,
    };
    let lines = simulator.env_lines(shell);
    if let Some(path) = &sim.env {
        fs::write(path, &lines).map_err(|cause| {
            Failure::new(Kind::Command, format!("cannot write the variables to {}", path.display())).because(cause)
        })?;
    }
    let mut out = std::io::stdout().lock();
    // Whoever started it may have closed the pipe after these lines.
    let _ = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
    drop(out);
    interrupt.wait_here();
    Ok(exit::DONE)
}
