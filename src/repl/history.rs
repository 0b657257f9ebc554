//! Lines of earlier conversations, for each connection, for its owner's eyes alone.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The file of a connection; its directory is there, and nobody else can read it.
///
/// # Errors
///
/// It cannot be made so.
pub(super) fn file(directory: &Path, connection: &str) -> io::Result<PathBuf> {
    let plain = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    let name: String = connection.chars().map(plain).collect();
    make_directory(directory)?;
    let path = directory.join(format!("history-{name}"));
    match fs::metadata(&path) {
        Ok(_) => close_to_others(&path)?,
        // The first line makes it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(path)
}

#[cfg(unix)]
fn make_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

/// Elsewhere the file lies in the user's own directory, which the system closes to others.
#[cfg(not(unix))]
fn make_directory(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(not(unix))]
fn close_to_others(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use rustyline::{
        Config,
        history::{FileHistory, History as _},
    };

    use super::*;

    #[test]
    fn it_is_closed_to_others_and_has_a_plain_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = file(&directory.path().join("state"), "my/../own").unwrap();
        assert_eq!(path.file_name().unwrap(), "history-my____own");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let mut history = FileHistory::with_config(&Config::default());
        history.add("let x = 1").unwrap();
        history.append(&path).unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(file(&directory.path().join("state"), "my/../own").unwrap(), path);
        assert_eq!(mode(), 0o600);
    }
}
