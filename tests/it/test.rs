//! Runs the binary and compares all that it does: what it prints, where, and its exit code.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use cippsh::simulator::{self, Settings, Simulator};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A command that starts in an empty environment and directory.
#[must_use]
pub(crate) struct Test {
    command: Command,
    directory: tempfile::TempDir,
    stdin: String,
    /// The file that [`Ran::file`] gives.
    kept: Option<String>,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    left: Option<(tempfile::TempDir, String)>,
}

impl Test {
    /// `cippsh` with these arguments.
    pub(crate) fn new<I: AsRef<str>>(arguments: impl IntoIterator<Item = I>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cippsh"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CIPP")) {
            command.env_remove(name);
        }
        command
            .env("XDG_CONFIG_HOME", directory.path())
            .env("XDG_STATE_HOME", directory.path())
            .env("HOME", directory.path())
            .current_dir(directory.path());
        for argument in arguments {
            command.arg(argument.as_ref());
        }
        Self { command, directory, stdin: String::new(), kept: None }
    }

    /// `cippsh eval --demo` with this code.
    pub(crate) fn eval(code: &str) -> Self {
        Self::new(["eval", "--demo", code])
    }

    /// Adds arguments.
    pub(crate) fn args<I: AsRef<str>>(mut self, arguments: impl IntoIterator<Item = I>) -> Self {
        for argument in arguments {
            self.command.arg(argument.as_ref());
        }
        self
    }

    /// Allows it to write as much as it likes, and to destroy.
    pub(crate) fn free(self) -> Self {
        self.args(["--max-writes", "100000", "--allow", "destroy"])
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the variables of a connection to this simulator.
    pub(crate) fn on(self, simulator: &Simulator) -> Self {
        self.env("CIPP_API_URL", simulator.url())
            .env("CIPP_TOKEN_URL", simulator.token_url())
            .env("CIPP_TENANT_ID", simulator.tenant_id())
            .env("CIPP_CLIENT_ID", simulator.client_id())
            .env("CIPP_CLIENT_SECRET", simulator.client_secret())
    }

    /// Starts it in this directory.
    pub(crate) fn within(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Writes a file into the directory that the command starts in.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Leaves the directory for [`Ran::directory`], and this file for [`Ran::file`].
    pub(crate) fn keeping(mut self, name: &str) -> Self {
        self.kept = Some(name.into());
        self
    }

    /// Leaves the directory for [`Ran::directory`].
    pub(crate) fn keep_directory(self) -> Self {
        self.keeping("")
    }

    /// Lets it reach another directory.
    pub(crate) fn allow(self, directory: &Path) -> Self {
        self.args(["--allow-path", directory.to_str().unwrap()])
    }

    /// What it reads from standard input.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = text.into();
        self
    }

    /// Starts it and lets it run; the directory stays as long as what is returned.
    #[cfg(unix)]
    pub(crate) fn spawn(mut self) -> (std::process::Child, tempfile::TempDir) {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        (self.command.spawn().unwrap(), self.directory)
    }

    /// Another program in its environment and directory, which starts it.
    #[cfg(unix)]
    pub(crate) fn through(self, program: &[&str]) -> (Command, tempfile::TempDir) {
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).current_dir(self.directory.path());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        (command, self.directory)
    }

    /// Runs it.
    pub(crate) fn run(mut self) -> Ran {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // A command that does not read closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let mut ran = Ran::from(child.wait_with_output().unwrap());
        ran.left = self.kept.map(|name| (self.directory, name));
        ran
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            left: None,
        }
    }
}

impl Ran {
    /// The directory that it ran in.
    pub(crate) fn directory(&self) -> &Path {
        self.left.as_ref().unwrap().0.path()
    }

    /// The text of the file that was to be kept; empty when there is none.
    pub(crate) fn file(&self) -> String {
        std::fs::read_to_string(self.directory().join(&self.left.as_ref().unwrap().1)).unwrap_or_default()
    }

    /// Expects this exit code.
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, expected, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Expects exactly this on standard output.
    #[track_caller]
    pub(crate) fn stdout(self, expected: &str) -> Self {
        assert_eq!(self.stdout, expected, "stderr:\n{}", self.stderr);
        self
    }

    /// Expects exactly this on standard error, the announcements of simulator and connection and the run's name aside.
    #[track_caller]
    pub(crate) fn stderr(self, expected: &str) -> Self {
        let told: String = self
            .stderr
            .split_inclusive('\n')
            .filter(|line| !["SIMULATOR: ", "connection \"", "run "].iter().any(|start| line.starts_with(start)))
            .collect();
        assert_eq!(told, expected, "stdout:\n{}", self.stdout);
        self
    }

    /// Expects standard error to hold each of these texts.
    #[track_caller]
    pub(crate) fn tells(self, expected: &[&str]) -> Self {
        for text in expected {
            assert!(self.stderr.contains(text), "{text:?} is missing in:\n{}", self.stderr);
        }
        self
    }
}

/// A simulator for one test.
pub(crate) fn simulator(settings: Settings) -> Simulator {
    simulator::start(settings).unwrap()
}

/// A file of the repository.
pub(crate) fn of_repository(path: &str) -> PathBuf {
    root().join(path)
}
