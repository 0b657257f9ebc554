//! A person at a terminal: keys go in, and what the screen gets comes out.
//!
//! The terminal is made by `script` of util-linux, which every Linux has.

use std::{
    io::{Read as _, Write as _},
    process::{Child, ChildStdin, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use crate::test::Test;

/// Nothing takes so long; a test that waits longer has failed.
const LONGEST: Duration = Duration::from_secs(60);

/// A running program on a terminal of 80 columns.
pub(crate) struct Terminal {
    child: Child,
    keys: ChildStdin,
    screen: Receiver<Vec<u8>>,
    seen: String,
    /// How much of it was waited for.
    read: usize,
    directory: tempfile::TempDir,
}

impl Terminal {
    /// Starts `cippsh` with these arguments, in an empty environment.
    pub(crate) fn start(arguments: &str) -> Self {
        Self::from(Test::new([] as [&str; 0]), arguments)
    }

    /// Starts it where a test has prepared something.
    pub(crate) fn from(test: Test, arguments: &str) -> Self {
        let line = format!("stty cols 80 rows 40; exec {} {arguments}", env!("CARGO_BIN_EXE_cippsh"));
        let (mut command, directory) = test.through(&["script", "-qec", &line, "/dev/null"]);
        command.env("TERM", "xterm").env("SHELL", "/bin/sh").env("NO_COLOR", "1");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (keys, mut out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, screen) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length @ 1..) = out.read(&mut bytes) {
                if sender.send(bytes[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, keys, screen, seen: String::new(), read: 0, directory }
    }

    /// Types.
    #[track_caller]
    pub(crate) fn keys(mut self, keys: &str) -> Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// Waits until the screen has got this text, behind what was waited for before.
    #[track_caller]
    pub(crate) fn sees(mut self, text: &str) -> Self {
        let started = Instant::now();
        loop {
            if let Some(at) = self.seen[self.read..].find(text) {
                self.read += at + text.len();
                return self;
            }
            let left = LONGEST.saturating_sub(started.elapsed());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.seen.push_str(&plain(&String::from_utf8_lossy(&bytes))),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("the screen never shows {text:?}; it has got:\n{}", self.seen)
                }
            }
        }
    }

    /// Waits for the end, and expects this exit code.
    #[track_caller]
    pub(crate) fn ends(mut self, code: i32) -> (String, tempfile::TempDir) {
        let started = Instant::now();
        loop {
            match self.screen.recv_timeout(LONGEST.saturating_sub(started.elapsed())) {
                Ok(bytes) => self.seen.push_str(&plain(&String::from_utf8_lossy(&bytes))),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it never ends; the screen has got:\n{}", self.seen),
            }
        }
        assert_eq!(self.child.wait().unwrap().code(), Some(code), "the screen has got:\n{}", self.seen);
        let directory = std::mem::replace(&mut self.directory, tempfile::tempdir().unwrap());
        (std::mem::take(&mut self.seen), directory)
    }
}

impl Drop for Terminal {
    /// A test that has failed leaves nothing behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Without what moves the cursor.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            // The end of the sequence is its first letter.
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else if c != '\r' {
            plain.push(c);
        }
    }
    plain
}
