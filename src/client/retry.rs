//! When a request is sent again, and after how long.
//!
//! A table of rules, and pure: the client does the waiting.

use std::time::Duration;

use super::{
    throttle::Sign,
    transport::{Answer, Body, Trouble},
};

/// A request is sent so many times at most.
const MOST_TRIES: u32 = 5;
/// The first wait is up to this long, and each further one up to twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// No wait is longer, unless the server asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A server that is starting takes tens of seconds, in which the platform before it answers.
const MOST_TRIES_STARTING: u32 = 10;
/// No wait for it is longer.
const LONGEST_WAIT_STARTING: Duration = Duration::from_secs(8);

/// Retries that a run may begin with, and the most that it ever has.
const BUDGET: f64 = 60.0;
/// What each good answer adds to the budget, so that a long run has more of it than a short one.
const EARNED: f64 = 0.25;

/// What went wrong with one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Surely not carried out: no connection, or refused at the door.
    NotCarriedOut,
    /// It may have been carried out.
    Unclear,
}

/// How much patience a server gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// It has answered well before.
    Usual,
    /// It has not, and may be starting.
    Starting,
}

/// A rule about answers: these statuses, with one of these texts where there are any.
struct Rule {
    statuses: &'static [u16],
    /// In lower case; the start of the body is searched. Empty for any body.
    texts: &'static [&'static str],
    fault: Fault,
    /// Whether it tells of too much load.
    load: bool,
}

/// The first rule that fits counts. An answer that no rule is about is an answer. As read in the source of CIPP 10.8.2.
const RULES: &[Rule] = &[
    Rule { statuses: &[429], texts: &[], fault: Fault::NotCarriedOut, load: true },
    // The app's own word for a switched-off feature is final, everything else comes from the platform before it.
    Rule { statuses: &[503], texts: &["this feature has been disabled"], fault: Fault::Unclear, load: false },
    Rule { statuses: &[503], texts: &[], fault: Fault::NotCarriedOut, load: true },
    Rule { statuses: &[502, 504], texts: &[], fault: Fault::Unclear, load: true },
    // Graph and Exchange throttle behind the server, which has tried again itself before it says so.
    Rule {
        statuses: &[400, 403, 500],
        texts: &["too many requests", "resource temporarily unavailable", "toomanyrequests"],
        fault: Fault::Unclear,
        load: true,
    },
    Rule { statuses: &[500], texts: &["<!doctype", "<html"], fault: Fault::Unclear, load: true },
];

/// What a try says: about the request, and about the load.
pub(super) fn judge(result: &Result<Answer, Trouble>) -> (Option<Fault>, Sign) {
    match result {
        Ok(answer) => match RULES.iter().find(|rule| fits(rule, answer)) {
            None => (None, Sign::Clean),
            Some(rule) => {
                let sign = if rule.load { Sign::TooMuch(answer.retry_after) } else { Sign::Clean };
                // A switched-off feature stays so.
                let fault = (rule.load).then_some(rule.fault);
                (fault, sign)
            }
        },
        Err(Trouble::NotSent(_)) => (Some(Fault::NotCarriedOut), Sign::Nothing),
        Err(Trouble::TimedOut) => (Some(Fault::Unclear), Sign::TooMuch(None)),
        Err(Trouble::Lost(_)) => (Some(Fault::Unclear), Sign::Nothing),
        Err(Trouble::Interrupted | Trouble::Explained(_)) => (None, Sign::Nothing),
    }
}

fn fits(rule: &Rule, answer: &Answer) -> bool {
    rule.statuses.contains(&answer.status)
        && (rule.texts.is_empty() || rule.texts.iter().any(|text| tells(answer, text)))
}

fn tells(answer: &Answer, text: &str) -> bool {
    let Body::Whole(body) = &answer.body else { return false };
    let start = &body[..body.len().min(4096)];
    String::from_utf8_lossy(start).to_lowercase().contains(text)
}

/// How long to wait before try number `next` (the second is 2), or `None` to give up.
///
/// `repeatable` says that the request may be carried out twice; `random` is between 0 and 1.
pub(super) fn wait(
    next: u32,
    fault: Fault,
    repeatable: bool,
    asked: Option<Duration>,
    pace: Pace,
    random: f64,
) -> Option<Duration> {
    let (tries, most, least) = match pace {
        // Full jitter: whoever failed together does not come back together.
        Pace::Usual => (MOST_TRIES, LONGEST_WAIT, 0.0),
        // Little is asked of a server so early, and no time is to be lost by luck.
        Pace::Starting => (MOST_TRIES_STARTING, LONGEST_WAIT_STARTING, 0.5),
    };
    if next > tries || (fault == Fault::Unclear && !repeatable) {
        return None;
    }
    let longest = FIRST_WAIT.saturating_mul(1 << (next - 2)).min(most);
    Some(longest.mul_f64(random.max(least)).max(asked.unwrap_or_default()))
}

/// What a run may still retry, so that a server that is down is not asked five times for each of ten thousand items.
#[derive(Debug)]
pub(super) struct Budget(f64);

impl Default for Budget {
    fn default() -> Self {
        Self(BUDGET)
    }
}

impl Budget {
    /// A good answer earns a little.
    pub(super) fn earn(&mut self) {
        self.0 = (self.0 + EARNED).min(BUDGET);
    }

    /// Takes one retry, if there is one left.
    pub(super) fn take(&mut self) -> bool {
        let left = self.0 >= 1.0;
        if left {
            self.0 -= 1.0;
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Answer, Trouble> {
        Ok(Answer {
            status,
            content_type: String::new(),
            simulated: false,
            stand_in: false,
            repeated: false,
            time: None,
            retry_after: Some(Duration::from_secs(7)),
            body: Body::Whole(body.into()),
        })
    }

    #[test]
    fn each_answer_is_judged() {
        let after = Sign::TooMuch(Some(Duration::from_secs(7)));
        let cases: &[(u16, &str, Option<Fault>, Sign)] = &[
            (200, "too many requests", None, Sign::Clean),
            (429, "", Some(Fault::NotCarriedOut), after),
            (503, "<html>", Some(Fault::NotCarriedOut), after),
            (503, "This feature has been disabled: BPA", None, Sign::Clean),
            (502, "<html>", Some(Fault::Unclear), after),
            (504, "", Some(Fault::Unclear), after),
            (400, "Graph Error: Too many requests - Endpoint: users", Some(Fault::Unclear), after),
            (400, "tenantFilter is required", None, Sign::Clean),
            (500, "{\"Results\":\"Failed\"}", None, Sign::Clean),
            (500, "<!DOCTYPE html>", Some(Fault::Unclear), after),
            (404, "", None, Sign::Clean),
        ];
        for (status, body, fault, sign) in cases {
            assert_eq!(judge(&answer(*status, body)), (*fault, *sign), "{status} {body}");
        }
        assert_eq!(judge(&Err(Trouble::NotSent(String::new()))), (Some(Fault::NotCarriedOut), Sign::Nothing));
        assert_eq!(judge(&Err(Trouble::TimedOut)), (Some(Fault::Unclear), Sign::TooMuch(None)));
        assert_eq!(judge(&Err(Trouble::Interrupted)), (None, Sign::Nothing));
    }

    #[test]
    fn what_may_have_happened_is_not_repeated_blindly() {
        for (fault, repeatable, again) in [
            (Fault::NotCarriedOut, false, true),
            (Fault::NotCarriedOut, true, true),
            (Fault::Unclear, true, true),
            (Fault::Unclear, false, false),
        ] {
            assert_eq!(wait(2, fault, repeatable, None, Pace::Usual, 0.5).is_some(), again, "{fault:?} {repeatable}");
        }
    }

    #[test]
    fn waits_grow_up_to_a_bound_and_end() {
        let longest = |next| wait(next, Fault::Unclear, true, None, Pace::Usual, 1.0).map(|wait| wait.as_millis());
        assert_eq!([2, 3, 4, 5, 6].map(longest), [Some(500), Some(1000), Some(2000), Some(4000), None]);
        let asked = Some(Duration::from_secs(50));
        assert_eq!(wait(2, Fault::Unclear, true, asked, Pace::Usual, 0.0), asked);
    }

    #[test]
    fn a_server_that_starts_gets_half_a_minute() {
        let wait = |next| wait(next, Fault::NotCarriedOut, false, None, Pace::Starting, 0.0);
        let all: Duration = (2..).map_while(wait).sum();
        assert_eq!(all, Duration::from_millis(23_750));
        assert_eq!(wait(11), None);
    }

    #[test]
    fn a_budget_ends_and_grows_again() {
        let mut budget = Budget::default();
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 60);
        (0..10).for_each(|_| budget.earn());
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 2);
    }
}
