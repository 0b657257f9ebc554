//! What a session, and one call of it, does differently from what is usual.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{
    Journal, SecretsFile, Session, Terms,
    plan::{Asked, Planner},
};
use crate::{catalogue::Lag, client::Mode, value::Fields};

impl Session {
    /// Whether writes are read back, unless a call says otherwise.
    pub fn verifies(&self) -> bool {
        self.verify.load(Ordering::Relaxed)
    }

    /// Lets writes be read back from now on, or not.
    pub fn set_verifies(&self, verify: bool) {
        self.verify.store(verify, Ordering::Relaxed);
    }
}

/// How a session behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Unknown tenants are let through for reads.
    pub unchecked_tenants: bool,
    /// Writes are read back, unless a call says otherwise.
    pub verify: bool,
    /// How long it is waited for what was written to become visible.
    pub patience: Patience,
    /// What keeps the writes; `None` keeps nothing.
    pub journal: Option<Journal>,
    /// Where the secrets of answers are kept; `None` keeps them nowhere.
    pub secrets: Option<Arc<SecretsFile>>,
    /// Tell more of what is done.
    pub verbose: bool,
    /// How many requests the server gets at once.
    pub throttle: Mode,
    /// Every write is asked for: a person types them one by one.
    pub ask_each: bool,
    /// What records writes in place of sending them; `None` sends them.
    pub planner: Option<Arc<Planner>>,
    /// What may be changed, and how much of it.
    pub terms: Terms,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            unchecked_tenants: false,
            verify: true,
            patience: Patience::default(),
            journal: None,
            secrets: None,
            verbose: false,
            throttle: Mode::Adaptive { ceiling: 32 },
            ask_each: false,
            planner: None,
            terms: Terms::default(),
        }
    }
}

/// How one call is made, beside what it sends.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallOptions<'a> {
    /// Keep these fields of the rows only; `None` keeps all.
    pub wanted: Option<&'a Fields>,
    /// Whether a write is read back; `None` for what the session does.
    pub verify: Option<bool>,
    /// How it was asked for, where that is not what its endpoint gets.
    pub asked: Option<Asked<'a>>,
}

/// How long it is waited for what was written to become visible, by how long the server usually takes.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Where it takes no time: enough for a second look.
    pub none: Duration,
    /// Where it takes seconds, and for what takes hours, which is then unconfirmed.
    pub seconds: Duration,
    /// Where it takes minutes.
    pub minutes: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { none: Duration::from_secs(1), seconds: Duration::from_secs(20), minutes: Duration::from_secs(5 * 60) }
    }
}

impl Patience {
    /// When to look, in parts of the whole time.
    const LOOKS: [f64; 8] = [0.0, 1.0 / 60.0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0];

    /// No longer than this, whatever the server takes.
    #[must_use]
    pub fn at_most(self, longest: Duration) -> Self {
        Self { none: self.none.min(longest), seconds: self.seconds.min(longest), minutes: self.minutes.min(longest) }
    }

    /// The times at which to look, from the end of the write on: at once, then at growing distances.
    pub(super) fn times(self, lag: Lag) -> Vec<Duration> {
        let whole = match lag {
            Lag::None => return vec![Duration::ZERO, self.none],
            Lag::Seconds | Lag::Hours => self.seconds,
            Lag::Minutes => self.minutes,
        };
        Self::LOOKS.iter().map(|part| whole.mul_f64(*part)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_at_growing_distances() {
        let patience = Patience::default();
        let seconds = |lag| patience.times(lag).iter().map(Duration::as_secs).collect::<Vec<_>>();
        assert_eq!(seconds(Lag::None), [0, 1]);
        assert_eq!(seconds(Lag::Seconds), [0, 0, 1, 2, 4, 8, 14, 20]);
        assert_eq!(seconds(Lag::Minutes), [0, 5, 15, 30, 60, 120, 210, 300]);
        assert_eq!(patience.at_most(Duration::ZERO).times(Lag::Minutes), [Duration::ZERO; 8]);
    }
}
