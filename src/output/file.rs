//! Files that are there whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::failure::{Failure, Kind};

/// What is written to find out whether a disk has room.
static PROBE: [u8; 64 * 1024] = [0; 64 * 1024];

/// A file that is to be written.
#[derive(Debug)]
pub struct Target {
    /// Where it is, in full.
    pub path: PathBuf,
    /// As people named it.
    pub name: String,
    /// Whether one that is there is replaced.
    pub overwrite: bool,
}

impl Target {
    /// Finds out whether it can be written, and leaves nothing behind.
    ///
    /// # Errors
    ///
    /// Where it exists and may not be replaced, is in use or read-only, or its directory takes no file.
    pub fn check(&self) -> Result<(), Failure> {
        self.check_existing()?;
        let mut probe = Temporary::beside(&self.path).map_err(|cause| self.wrong(cause))?;
        let written = probe.file.write_all(&PROBE).and_then(|()| probe.file.sync_all());
        written.map_err(|cause| self.wrong(cause))
    }

    /// Writes it to a file beside, which then takes its place. Only the owner can read it.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), and where the disk is full; a file that was there is then as it was.
    pub fn write(&self, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
        self.check_existing()?;
        let wrong = |cause| self.wrong(cause);
        let temporary = Temporary::beside(&self.path).map_err(wrong)?;
        let mut out = BufWriter::new(&temporary.file);
        write(&mut out)?;
        out.flush().map_err(wrong)?;
        drop(out);
        temporary.replace(&self.path, self.overwrite).map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => self.exists(),
            _ => wrong(cause),
        })
    }

    /// Another program may have it open, which is found out by opening it too.
    fn check_existing(&self) -> Result<(), Failure> {
        let Ok(found) = fs::symlink_metadata(&self.path) else { return Ok(()) };
        if !self.overwrite {
            return Err(self.exists());
        }
        if !found.is_file() {
            return Err(self.wrong("it is no regular file"));
        }
        OpenOptions::new().write(true).open(&self.path).map(drop).map_err(|cause| self.wrong(cause))
    }

    fn exists(&self) -> Failure {
        Failure::new(Kind::Usage, format!("{} is there already", self.name)).hint("overwrite: true replaces it")
    }

    fn wrong(&self, cause: impl std::fmt::Display) -> Failure {
        Failure::new(Kind::Usage, format!("{} cannot be written", self.name)).because(cause)
    }
}

/// A file beside another, which only its owner can read. It goes away unless it takes the other's place.
#[derive(Debug)]
pub struct Temporary {
    /// What is written to.
    pub file: File,
    path: PathBuf,
}

impl Temporary {
    /// Makes one, empty.
    ///
    /// # Errors
    ///
    /// The directory takes no file.
    pub fn beside(path: &Path) -> io::Result<Self> {
        let path = path.with_file_name(format!(".cippsh-{}.tmp", Uuid::new_v4()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: options.open(&path)?, path })
    }

    /// Takes the place of `path`, which may be there only when it is to be overwritten. All that was written is on the
    /// disk then, and so is the name.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`], or what else keeps it from there; what was there before still is.
    pub fn replace(&self, path: &Path, overwrite: bool) -> io::Result<()> {
        self.file.sync_all()?;
        if overwrite {
            fs::rename(&self.path, path)?;
        } else {
            // Takes the name in one step, so that no other program's file is lost, and then the file's place.
            OpenOptions::new().write(true).create_new(true).open(path)?;
            fs::rename(&self.path, path).inspect_err(|_| {
                let _ = fs::remove_file(path);
            })?;
        }
        #[cfg(unix)]
        if let Some(directory) = path.parent().filter(|directory| *directory != Path::new("")) {
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename it is no longer there.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(directory: &Path, name: &str, overwrite: bool) -> Target {
        Target { path: directory.join(name), name: name.into(), overwrite }
    }

    fn names(directory: &Path) -> Vec<String> {
        let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    fn hello(out: &mut dyn Write) -> Result<(), Failure> {
        out.write_all(b"hello").map_err(|cause| Failure::new(Kind::Usage, cause.to_string()))
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path();
        let new = target(directory, "a.csv", false);
        new.check().unwrap();
        assert!(names(directory).is_empty());
        let fails = |out: &mut dyn Write| hello(out).and(Err(Failure::new(Kind::Usage, "no")));
        assert_eq!(new.write(fails).unwrap_err().message, "no");
        assert!(names(directory).is_empty());
        new.write(hello).unwrap();
        assert_eq!(names(directory), ["a.csv"]);
        for result in [new.check(), new.write(hello)] {
            let report = result.unwrap_err().report();
            assert_eq!(report, "error: a.csv is there already\n  hint: overwrite: true replaces it\n");
        }
        let over = target(directory, "a.csv", true);
        over.check().unwrap();
        assert_eq!(over.write(fails).unwrap_err().message, "no");
        assert_eq!(fs::read(directory.join("a.csv")).unwrap(), b"hello");
        over.write(|_| Ok(())).unwrap();
        assert_eq!((names(directory), fs::read(directory.join("a.csv")).unwrap()), (vec!["a.csv".into()], vec![]));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let target = target(directory.path(), "a.csv", true);
        fs::write(&target.path, "").unwrap();
        fs::set_permissions(&target.path, fs::Permissions::from_mode(0o644)).unwrap();
        target.write(hello).unwrap();
        assert_eq!(fs::metadata(&target.path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_cannot_be_written_is_told_before() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("d")).unwrap();
        for (name, why) in [("none/a.csv", "a.csv cannot be written"), ("d", "d cannot be written")] {
            let failure = target(directory.path(), name, true).check().unwrap_err();
            assert!(failure.message.ends_with(why), "{}", failure.message);
            assert_eq!(failure.causes.len(), 1);
        }
    }
}
