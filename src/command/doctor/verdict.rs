//! What came of a check, and how it is told.

use super::Form;
use crate::{failure::Failure, redact};

/// What came of a check.
pub(super) enum Verdict {
    /// All is well; what was seen.
    Fine(String),
    /// It is not.
    Failed(Failure),
    /// It was not looked at, for want of this other one.
    Skipped(&'static str),
}

impl Verdict {
    pub(super) fn of(seen: Result<String, Failure>) -> Self {
        match seen {
            Ok(seen) => Self::Fine(seen),
            Err(failure) => Self::Failed(failure),
        }
    }

    /// The lines for a check of this name.
    pub(super) fn told(&self, name: &str, form: Form) -> String {
        let (word, lines) = match self {
            Self::Fine(seen) => ("ok", vec![seen.clone()]),
            Self::Skipped(needed) => ("skipped", vec![format!("needs {needed}")]),
            Self::Failed(failure) => ("failed", lines(failure)),
        };
        let text = match form {
            Form::Line => format!("{word} {name}: {}\n", lines.join("; ").replace('\n', " ")),
            Form::Long => format!("{word:<8} {name:<11} {}\n", lines.join(&format!("\n{:21}", ""))),
        };
        redact::text(&text).into_owned()
    }
}

fn lines(failure: &Failure) -> Vec<String> {
    let because = failure.causes.iter().map(|cause| format!("because: {cause}"));
    let hints = failure.hints.iter().map(|hint| format!("hint: {hint}"));
    std::iter::once(failure.message.clone()).chain(because).chain(hints).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Kind;

    #[test]
    fn one_line_or_several() {
        let failure = Failure::new(Kind::Auth, "no").because("so").hint("do");
        for (verdict, line, long) in [
            (Verdict::Fine("it is".into()), "ok token: it is\n", "ok       token       it is\n"),
            (Verdict::Skipped("address"), "skipped token: needs address\n", "skipped  token       needs address\n"),
            (
                Verdict::Failed(failure),
                "failed token: no; because: so; hint: do\n",
                "failed   token       no\n                     because: so\n                     hint: do\n",
            ),
        ] {
            assert_eq!(
                (verdict.told("token", Form::Line), verdict.told("token", Form::Long)),
                (line.into(), long.into())
            );
        }
    }
}
