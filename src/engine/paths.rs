//! The files that a script may reach: those below the allowed directories, links followed.

use std::path::{Path, PathBuf};

/// The whole path of a file that is there, or why it cannot be read.
pub(super) fn to_read(path: &str, roots: &[PathBuf]) -> Result<PathBuf, String> {
    let whole = PathBuf::from(path).canonicalize().map_err(|cause| format!("{path}: {cause}"))?;
    inside(path, &whole, roots)?;
    if whole.is_dir() {
        return Err(format!("{path} is a directory"));
    }
    Ok(whole)
}

/// The whole path of a file that is to be written, or why it cannot be; whether it is there already does not matter.
pub(super) fn to_write(path: &str, roots: &[PathBuf]) -> Result<PathBuf, String> {
    let given = Path::new(path);
    let name = given.file_name().ok_or_else(|| format!("\"{path}\" names no file"))?;
    let directory = match given.parent() {
        Some(directory) if directory != Path::new("") => directory,
        _ => Path::new("."),
    };
    let directory = directory.canonicalize().map_err(|cause| format!("{}: {cause}", directory.display()))?;
    inside(path, &directory, roots)?;
    let whole = directory.join(name);
    if whole.is_dir() {
        return Err(format!("{path} is a directory"));
    }
    Ok(whole)
}

fn inside(path: &str, whole: &Path, roots: &[PathBuf]) -> Result<(), String> {
    if roots.iter().any(|root| whole.starts_with(root)) {
        return Ok(());
    }
    Err(format!("{path} lies outside of the allowed directories; --allow-path DIR allows one more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_directories_are_reached() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        let (inner, outer) = (root.join("inner"), root.join("outer.csv"));
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(inner.join("a.csv"), "").unwrap();
        std::fs::write(&outer, "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&outer, inner.join("link.csv")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&root, inner.join("up")).unwrap();
        let roots = [inner.clone()];
        let at = |path: &str| inner.join(path).display().to_string();
        let told = |result: Result<PathBuf, String>| result.map(|whole| whole.file_name().unwrap().to_owned());
        assert_eq!(told(to_read(&at("a.csv"), &roots)), Ok("a.csv".into()));
        assert_eq!(told(to_write(&at("new.csv"), &roots)), Ok("new.csv".into()));
        let outside = "outside of the allowed directories";
        let mut wrong = vec![
            (to_read(&at("../outer.csv"), &roots), outside),
            (to_write(&at("../outer.csv"), &roots), outside),
            (to_write(&at("none/new.csv"), &roots), "none"),
            (to_write(&at(".."), &roots), "names no file"),
            (to_write("", &roots), "names no file"),
            (to_read(&at(""), &roots), "is a directory"),
        ];
        if cfg!(unix) {
            wrong.push((to_read(&at("link.csv"), &roots), outside));
            wrong.push((to_write(&at("up/new.csv"), &roots), outside));
        }
        for (result, expected) in wrong {
            let why = result.unwrap_err();
            assert!(why.contains(expected), "{why}");
        }
    }
}
