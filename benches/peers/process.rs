//! Runs programs and reads what they took.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// One line of the table.
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) ours: String,
    pub(crate) peer: String,
    pub(crate) ratio: String,
    pub(crate) goal: &'static str,
}

/// The middle of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// A program of `examples/`, built as cippsh is.
pub(crate) fn example(name: &str) -> PathBuf {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--locked", "--example", name])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success());
    Path::new(env!("CARGO_BIN_EXE_cippsh")).parent().unwrap().join("examples").join(name)
}

/// A copy of a program, as installing makes one. What a linker has just written lies in memory page by page, and takes
/// longer to start than what was copied, or read from a disk.
pub(crate) fn installed(program: &Path) -> PathBuf {
    let directory = program.with_file_name("installed");
    fs::create_dir_all(&directory).unwrap();
    let copy = directory.join(program.file_name().unwrap());
    let _ = fs::remove_file(&copy);
    fs::copy(program, &copy).unwrap();
    copy
}

/// `cippsh` with a connection that is not used unless the code calls something.
pub(crate) fn cippsh(arguments: &[&str]) -> Command {
    cippsh_at(Path::new(env!("CARGO_BIN_EXE_cippsh")), arguments)
}

/// The same, from a copy of it.
pub(crate) fn cippsh_at(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("CIPP_API_URL", "http://127.0.0.1:1")
        .env("CIPP_TENANT_ID", "none")
        .env("CIPP_CLIENT_ID", "none")
        .env("CIPP_CLIENT_SECRET", "none");
    command
}

/// Seconds from start to end.
pub(crate) fn wall(command: &mut Command) -> f64 {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success());
    start.elapsed().as_secs_f64()
}

/// Seconds of processor time of all children that have ended.
pub(crate) fn children_cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    // Fields 16 and 17 of proc(5), in ticks of 10 ms; the split starts at field 3.
    let ticks = |field: usize| fields[field - 3].parse::<f64>().unwrap();
    (ticks(16) + ticks(17)) / 100.0
}

/// The most memory that a program has held when it prints its first line, in MiB; then it is ended.
pub(crate) fn peak_memory(command: &mut Command) -> f64 {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "the program prints nothing");
    let peak = status_of(&child.id().to_string(), "VmHWM");
    child.kill().unwrap();
    child.wait().unwrap();
    peak
}

/// A figure of /proc/PID/status, in MiB.
pub(crate) fn status_of(pid: &str, name: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

/// A duration in the unit that suits it.
pub(crate) fn shown(seconds: f64) -> String {
    let duration = Duration::from_secs_f64(seconds);
    if duration.as_millis() < 10 { format!("{:.2} ms", seconds * 1e3) } else { format!("{seconds:.3} s") }
}
