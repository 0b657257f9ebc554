//! Which rule strikes which call.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{Faults, Harm, Rule, Target};

/// The rules of a fault file with what they have counted.
#[derive(Debug)]
pub(crate) struct Injector {
    rules: Vec<Armed>,
    audience: Option<String>,
}

#[derive(Debug)]
struct Armed {
    rule: Rule,
    /// Calls that the rule was about, and strikes.
    counted: Mutex<(u64, u64)>,
    served: AtomicUsize,
}

/// What happens to one call. It is held until the call is answered: it takes the call's place where a rule limits how
/// many are served at a time.
#[derive(Debug)]
pub(crate) struct Strike<'i> {
    rule: Option<&'i Rule>,
    places: Vec<Place<'i>>,
}

/// A place among the calls that are served at a time.
#[derive(Debug)]
struct Place<'i>(&'i AtomicUsize);

impl Injector {
    /// Nothing is counted yet.
    pub(crate) fn new(faults: Faults) -> Self {
        let armed = |rule| Armed { rule, counted: Mutex::default(), served: AtomicUsize::new(0) };
        Self { rules: faults.rules.into_iter().map(armed).collect(), audience: faults.audience }
    }

    /// Who the tokens for this caller are for, where that is not the caller.
    pub(crate) fn audience(&self, client: &str) -> Option<String> {
        self.audience.as_ref().map(|audience| audience.replace("{client}", client))
    }

    /// What happens to a call to this endpoint, or to the token endpoint where there is none; `text` gives what the
    /// rules search, in lower case.
    pub(crate) fn strike(&self, endpoint: Option<&str>, text: impl Fn() -> String) -> Strike<'_> {
        let mut strike = Strike { rule: None, places: Vec::new() };
        for armed in &self.rules {
            if !armed.rule.is_about(endpoint, &text) || !armed.count() {
                continue;
            }
            match armed.rule.capacity {
                Some(capacity) => match Place::take(&armed.served, capacity) {
                    Some(place) => strike.places.push(place),
                    None => strike.rule = strike.rule.or(Some(&armed.rule)),
                },
                None => strike.rule = strike.rule.or(Some(&armed.rule)),
            }
        }
        strike
    }
}

impl Strike<'_> {
    /// What goes wrong.
    pub(crate) fn harm(&self) -> &Harm {
        self.rule.map_or(&Harm::None, |rule| &rule.harm)
    }

    /// Whether the call is carried out.
    pub(crate) fn apply(&self) -> bool {
        self.rule.is_none_or(|rule| rule.apply)
    }

    /// By how much the answer is late, in milliseconds.
    pub(crate) fn delay_ms(&self) -> u64 {
        self.rule.map_or(0, |rule| rule.delay_ms)
    }

    /// Headers of the answer.
    pub(crate) fn headers(&self) -> &[(String, String)] {
        self.rule.map_or(&[], |rule| &rule.headers)
    }
}

impl Rule {
    fn is_about(&self, endpoint: Option<&str>, text: impl Fn() -> String) -> bool {
        let named = match (&self.target, endpoint) {
            (Target::Token, None) | (Target::All, Some(_)) => true,
            (Target::Private, Some(name)) => !is_public(name),
            (Target::Endpoint(wanted), Some(name)) => wanted.eq_ignore_ascii_case(name),
            _ => false,
        };
        named && self.containing.as_ref().is_none_or(|part| text().contains(part))
    }
}

/// Whether anybody may call an endpoint of this name, without a token.
pub(crate) fn is_public(endpoint: &str) -> bool {
    endpoint.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("public"))
}

impl Armed {
    /// Counts a call and tells whether the rule strikes it.
    fn count(&self) -> bool {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.0 += 1;
        let Some(number) = counted.0.checked_sub(self.rule.after).filter(|number| *number > 0) else { return false };
        let strikes = number % self.rule.every == 0 && counted.1 < self.rule.times;
        counted.1 += u64::from(strikes);
        strikes
    }
}

impl<'i> Place<'i> {
    fn take(served: &'i AtomicUsize, capacity: usize) -> Option<Self> {
        let free = |now| (now < capacity).then_some(now + 1);
        served.fetch_update(Ordering::AcqRel, Ordering::Acquire, free).ok().map(|_| Self(served))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn injector(rules: &str) -> Injector {
        Injector::new(Faults::parse(rules, "faults.toml").unwrap())
    }

    fn struck(injector: &Injector, calls: usize) -> Vec<usize> {
        let strikes = |_: &usize| *injector.strike(Some("ListUsers"), String::new).harm() != Harm::None;
        (1..=calls).filter(strikes).collect()
    }

    #[test]
    fn a_rule_strikes_by_count() {
        for (rule, expected) in [
            ("", vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
            ("after = 3", vec![4, 5, 6, 7, 8, 9, 10, 11, 12]),
            ("after = 3\ntimes = 2", vec![4, 5]),
            ("every = 5", vec![5, 10]),
            ("after = 1\nevery = 5", vec![6, 11]),
            ("after = 1\nevery = 5\ntimes = 1", vec![6]),
            ("times = 0", vec![]),
        ] {
            let injector = injector(&format!("[[fault]]\nendpoint = \"*\"\nstatus = 500\n{rule}"));
            assert_eq!(struck(&injector, 12), expected, "{rule}");
        }
    }

    #[test]
    fn a_rule_is_about_what_it_names() {
        for (endpoint, containing, call, text, strikes) in [
            ("*", "", Some("ListUsers"), "", true),
            ("*", "", None, "", false),
            ("private", "", Some("ListUsers"), "", true),
            ("private", "", Some("PublicPing"), "", false),
            ("token", "", None, "", true),
            ("token", "", Some("ListUsers"), "", false),
            ("listusers", "", Some("LISTUSERS"), "", true),
            ("ListUsers", "", Some("ListGroups"), "", false),
            ("ListUsers", "Ann@contoso.com", Some("ListUsers"), "userid=ann@contoso.com", true),
            ("ListUsers", "Ann@contoso.com", Some("ListUsers"), "userid=bob@contoso.com", false),
        ] {
            let rule = format!("[[fault]]\nendpoint = \"{endpoint}\"\ncontaining = \"{containing}\"\nstatus = 500");
            let injector = injector(&rule);
            let harm = injector.strike(call, || text.to_owned()).harm().clone();
            assert_eq!(harm != Harm::None, strikes, "{rule} {call:?} {text}");
        }
    }

    #[test]
    fn the_first_rule_that_strikes_decides_and_all_count() {
        let rules = "[[fault]]\nendpoint = \"*\"\nafter = 1\nstatus = 500\n[[fault]]\nendpoint = \"*\"\nstall = true\ntimes = 2";
        let injector = injector(rules);
        let harm = || injector.strike(Some("ListUsers"), String::new).harm().clone();
        assert_eq!(harm(), Harm::Stall);
        assert!(matches!(harm(), Harm::Answer { status: 500, .. }));
        assert!(matches!(harm(), Harm::Answer { status: 500, .. }));
    }

    #[test]
    fn places_are_taken_and_given_back() {
        let injector = injector("[[fault]]\nendpoint = \"*\"\ncapacity = 2");
        let strike = || injector.strike(Some("ListUsers"), String::new);
        let (one, two) = (strike(), strike());
        assert_eq!((one.harm(), two.harm()), (&Harm::None, &Harm::None));
        assert!(matches!(strike().harm(), Harm::Answer { status: 503, .. }));
        drop(one);
        assert_eq!(strike().harm(), &Harm::None);
        drop(two);
    }
}
