//! Commands that read and write files.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use super::super::talk::{After, Talk};
use crate::{
    engine::Script,
    failure::{Failure, Kind},
    output::{FileFormat, Style, Target},
};

pub(super) fn csv(talk: &mut Talk, name: &str) -> Result<After, Failure> {
    let value = talk.result()?;
    write_new(Path::new(name), |out| FileFormat::Csv.write(&value, &Style::default(), out))?;
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
    write_text(Path::new(name), &talk.kept.script())?;
    talk.notes.tell(&format!("saved: cippsh run {name} does the same"));
    if talk.kept.planned() > 0 {
        let planned = lines(talk.kept.planned());
        talk.notes
            .tell(&format!("but what {planned} only planned here, it sends: cippsh run {name} --plan FILE does not"));
    }
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
    write_text(&draft.0, &talk.latest)?;
    let editor =
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let editor = editor.unwrap_or_else(|| if cfg!(windows) { "notepad".into() } else { "vi".into() });
    // It may have arguments of its own, as in "code --wait".
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(&draft.0).status();
    let status = status.map_err(|cause| {
        broken(cause).because(format!("the editor is {editor}")).hint("set VISUAL or EDITOR to one that is there")
    })?;
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
fn write_new(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
    let name = path.display().to_string();
    let unnamed = |cause: std::io::Error| Failure::new(Kind::Usage, format!("cannot write {name}")).because(cause);
    let path = std::path::absolute(path).map_err(unnamed)?;
    if path.exists() {
        return Err(Failure::new(Kind::Usage, format!("{name} is there already")).hint("name a new file"));
    }
    Target { path, name, overwrite: false }.write(write)
}

fn write_text(path: &Path, text: &str) -> Result<(), Failure> {
    write_new(path, |out| {
        let full = |cause| Failure::new(Kind::Internal, "the text cannot be written").because(cause);
        out.write_all(text.as_bytes()).map_err(full)
    })
}
