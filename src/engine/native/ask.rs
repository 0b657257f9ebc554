//! Questions to the person: `confirm`, `prompt`, `choose`, `prompt_secret`.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, NativeCallContext};

use super::super::{
    context::Context,
    thrown::{self, Result},
};
use crate::{
    failure::{Failure, Kind},
    person::{chosen, yes_or_no},
    redact,
    value::Secret,
};

pub(in super::super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    let asked = Arc::clone(context);
    engine.register_fn("confirm", move |call: NativeCallContext, text: &str| -> Result<bool> {
        confirm(&asked, text).map_err(|failure| thrown::throw(&failure, &call))
    });
    let asked = Arc::clone(context);
    engine.register_fn("prompt", move |call: NativeCallContext, text: &str| -> Result<String> {
        answer(&asked, text, text, false).map_err(|failure| thrown::throw(&failure, &call))
    });
    let asked = Arc::clone(context);
    engine.register_fn("prompt_secret", move |call: NativeCallContext, text: &str| -> Result<Dynamic> {
        let secret = answer(&asked, text, text, true).map_err(|failure| thrown::throw(&failure, &call))?;
        redact::remember(&secret);
        Ok(Dynamic::from(Secret::new(secret)))
    });
    let asked = Arc::clone(context);
    engine.register_fn("choose", move |call: NativeCallContext, text: &str, options: Array| -> Result<String> {
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        choose(&asked, text, &options).map_err(|failure| thrown::throw(&failure, &call))
    });
}

fn confirm(context: &Context, text: &str) -> std::result::Result<bool, Failure> {
    understood(context, text, &format!("{text} [y/N]"), "yes or no", yes_or_no)
}

fn choose(context: &Context, text: &str, options: &[String]) -> std::result::Result<String, Failure> {
    if options.is_empty() {
        return Err(Failure::new(Kind::Usage, "choose has nothing to choose from"));
    }
    let listed: String = options.iter().enumerate().map(|(at, option)| format!("  {}  {option}\n", at + 1)).collect();
    let question = format!("{text}\n{listed}Number or text:");
    understood(context, text, &question, &format!("one of {}", options.join(", ")), |line| {
        chosen(line, options).cloned()
    })
}

/// An answer that means something; the person is asked until it does, a file is not.
fn understood<T>(
    context: &Context,
    text: &str,
    question: &str,
    wanted: &str,
    read: impl Fn(&str) -> Option<T>,
) -> std::result::Result<T, Failure> {
    let answers = &context.session.terms().answers;
    if let Some(line) = answers.to(text) {
        return read(line).ok_or_else(|| {
            Failure::new(Kind::Guard, format!("the answer to \"{text}\" in {} is not {wanted}", answers.file()))
        });
    }
    let mut question = question.to_owned();
    loop {
        if let Some(value) = read(&answer(context, text, &question, false)?) {
            return Ok(value);
        }
        question = format!("Please answer {wanted}:");
    }
}

fn answer(context: &Context, text: &str, question: &str, hidden: bool) -> std::result::Result<String, Failure> {
    let terms = context.session.terms();
    if let Some(line) = terms.answers.to(text) {
        return Ok(line.to_owned());
    }
    if terms.person.is_there() {
        return terms.person.ask(question, hidden);
    }
    let failure = Failure::new(Kind::Guard, format!("the script asks \"{text}\", and nobody is there to answer"));
    let failure = match terms.answers.file() {
        "" => failure,
        file => failure.because(format!("{file} has no answer to it")),
    };
    Err(failure.hint(format!("--answers FILE, with a line {text:?} = \"…\", answers it")))
}
