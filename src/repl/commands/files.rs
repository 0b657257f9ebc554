//! Commands that read and write files.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use super::super::talk::{After, Talk};
use crate::{
    engine::Script,
    failure::{Failure, Kind},
    output::{self, Format},
};

pub(super) fn csv(talk: &mut Talk, name: &str) -> Result<After, Failure> {
    let mut text = Vec::new();
    output::write(&talk.result()?, Format::Csv, &mut text, None)?;
    write_new(Path::new(name), &text)?;
    talk.notes.tell(&format!("written to {name}"));
    Ok(After::Next)
}

pub(super) fn load(talk: &mut Talk, name: &str) -> Result<After, Failure> {
    let script = Script::read(Path::new(name))?;
    talk.run(Some(&script.name), &script.text)?;
    Ok(After::Next)
}

pub(super) fn save(talk: &mut Talk, name: &str) -> Result<After, Failure> {
    if talk.kept.is_empty() {
        return Err(Failure::new(Kind::Usage, "there is nothing to save: no line has worked yet"));
    }
    write_new(Path::new(name), talk.kept.script().as_bytes())?;
    talk.notes.tell(&format!("saved: cippsh run {name} does the same"));
    if talk.kept.secret() > 0 {
        talk.notes.tell(&format!("{} with a secret in it was left out", lines(talk.kept.secret())));
    }
    Ok(After::Next)
}

fn lines(number: usize) -> String {
    if number == 1 { "1 line".to_owned() } else { format!("{number} lines") }
}

/// The latest code in the person's own editor; what comes back is the start of the next line.
pub(super) fn edit(talk: &mut Talk, _: &str) -> Result<After, Failure> {
    if !talk.interactive {
        return Err(Failure::new(Kind::Usage, "nobody is there to edit anything"));
    }
    let broken = |cause: std::io::Error| Failure::new(Kind::Internal, "the code cannot be edited").because(cause);
    let directory = talk.directory.clone().unwrap_or_else(std::env::temp_dir);
    let draft = Draft(directory.join(format!("edit-{}.rhai", std::process::id())));
    write_new(&draft.0, talk.latest.as_bytes())?;
    let editor =
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let editor = editor.unwrap_or_else(|| if cfg!(windows) { "notepad".into() } else { "vi".into() });
    // It may have arguments of its own, as in "code --wait".
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(&draft.0).status();
    let status = status.map_err(|cause| broken(cause).because(format!("the editor is {editor}")))?;
    if !status.success() {
        return Err(Failure::new(Kind::Usage, format!("the editor ended by {status}; nothing was changed")));
    }
    let text = fs::read_to_string(&draft.0).map_err(broken)?;
    Ok(After::Edit(text.trim_end().to_owned()))
}

/// A file that goes away with this.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed holds nothing that was not typed here.
        let _ = fs::remove_file(&self.0);
    }
}

/// Writes a file that is not there yet, for its owner's eyes alone.
fn write_new(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let wrong = |cause: std::io::Error| {
        let failure = Failure::new(Kind::Usage, format!("cannot write {}", path.display())).because(&cause);
        if cause.kind() == std::io::ErrorKind::AlreadyExists { failure.hint("name a new file") } else { failure }
    };
    options.open(path).and_then(|mut file| file.write_all(text)).map_err(wrong)
}
