//! How many requests a server gets at once, found out while they run.
//!
//! Pure: it is told what happened and when, and says who may go; `gate` does the waiting. There is one level for the
//! server and one for each tenant, since Microsoft throttles a tenant while the server itself is idle.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// How many at once, and whether that is found out or held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Grows while answers are clean, up to a ceiling; falls back when they are not.
    Adaptive {
        /// Never more than so many at once.
        ceiling: usize,
    },
    /// Always so many at once, for the server and for each tenant.
    Fixed(usize),
}

/// What an answer says about the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It came as it should.
    Clean,
    /// It was refused, or did not come, because there is too much to do; the server may say how long to wait.
    TooMuch(Option<Duration>),
    /// It says nothing about the load: the caller was interrupted, or there is no connection.
    Nothing,
}

/// The right to send one request; it is given back to [`Throttle::leave`].
#[derive(Debug)]
pub(super) struct Permit {
    tenant: String,
    server_epoch: u32,
    tenant_epoch: u32,
}

/// Requests at once, for the server and for each tenant.
#[derive(Debug)]
pub(super) struct Throttle {
    server: Level,
    tenants: HashMap<String, Level>,
    mode: Mode,
    /// Nobody goes before; the server said so.
    closed_until: Option<Instant>,
}

/// Where a server starts (CIPP's own pages send one after the other; its batches run ten at once).
const SERVER_START: usize = 5;
/// Where a tenant starts.
const TENANT_START: usize = 2;
/// No pause is longer, whatever a server says.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

impl Throttle {
    /// A throttle at its start.
    pub(super) fn new(mode: Mode) -> Self {
        Self { server: Level::new(mode, SERVER_START), tenants: HashMap::new(), mode, closed_until: None }
    }

    /// Lets a request go, or says when to ask again at the latest; `None` for "when another one is back".
    pub(super) fn enter(&mut self, tenant: &str, now: Instant) -> Result<Permit, Option<Instant>> {
        let of_tenant = self.ask(tenant, now, Level::has_room)?;
        of_tenant.enter();
        let tenant_epoch = of_tenant.epoch;
        self.server.enter();
        Ok(Permit { tenant: tenant.to_string(), server_epoch: self.server.epoch, tenant_epoch })
    }

    /// Lets a request get ready to go, a few more than may go at once: what a write needs before it leaves is then no
    /// time in which the server has nothing to do. Answers as [`Throttle::enter`] does.
    pub(super) fn prepare(&mut self, tenant: &str, now: Instant) -> Result<(), Option<Instant>> {
        let of_tenant = self.ask(tenant, now, Level::has_room_ahead)?;
        of_tenant.ahead += 1;
        self.server.ahead += 1;
        Ok(())
    }

    /// Takes one out of those that get ready: it goes, or never will.
    pub(super) fn is_ready(&mut self, tenant: &str) {
        self.server.ahead = self.server.ahead.saturating_sub(1);
        if let Some(level) = self.tenants.get_mut(tenant) {
            level.ahead = level.ahead.saturating_sub(1);
        }
    }

    /// The tenant's level, where it and the server's have room.
    fn ask(&mut self, tenant: &str, now: Instant, has_room: fn(&Level) -> bool) -> Result<&mut Level, Option<Instant>> {
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            return Err(Some(until));
        }
        let of_tenant = self.tenants.entry(tenant.to_string()).or_insert_with(|| Level::new(self.mode, TENANT_START));
        // A call without a tenant is bounded by the server alone.
        let is_free = has_room(&self.server) && (tenant.is_empty() || has_room(of_tenant));
        if is_free { Ok(of_tenant) } else { Err(None) }
    }

    /// Takes a request back and learns from how it went.
    pub(super) fn leave(&mut self, permit: Permit, sign: Sign, now: Instant) {
        let Permit { tenant, server_epoch, tenant_epoch } = permit;
        self.server.leave(sign, server_epoch);
        if let Some(level) = self.tenants.get_mut(&tenant) {
            level.leave(sign, tenant_epoch);
        }
        if let Sign::TooMuch(Some(pause)) = sign {
            let until = now + pause.min(LONGEST_PAUSE);
            self.closed_until = Some(self.closed_until.map_or(until, |known| known.max(until)));
        }
    }

    /// How many may be on their way at once.
    pub(super) fn limit(&self) -> usize {
        self.server.limit
    }

    /// For people: `7 at once (clean at 6)`.
    pub(super) fn describe(&self) -> String {
        let Level { limit, clean, .. } = self.server;
        format!("{limit} at once (clean at {clean})")
    }
}

/// One bound that learns.
#[derive(Debug)]
struct Level {
    limit: usize,
    ceiling: usize,
    adaptive: bool,
    in_flight: usize,
    /// Those that get ready to go.
    ahead: usize,
    /// The highest limit that a whole round was clean at.
    clean: usize,
    /// The lowest limit that was too much, while it is remembered.
    too_much: Option<usize>,
    /// Clean answers since the limit last changed.
    answers: usize,
    /// Whether the limit was reached in that time: what is not used says nothing.
    was_full: bool,
    /// Rounds to stay before the next try beyond the last clean limit; doubles at each failure.
    patience: usize,
    /// Rounds stayed so far.
    rounds: usize,
    /// Rises at each fall: answers to requests of before do not make it fall again.
    epoch: u32,
}

/// Rounds at most before the next try.
const MOST_PATIENCE: usize = 64;

impl Level {
    fn new(mode: Mode, start: usize) -> Self {
        let (limit, ceiling, adaptive) = match mode {
            Mode::Adaptive { ceiling } => (start.min(ceiling), ceiling, true),
            Mode::Fixed(number) => (number, number, false),
        };
        Self {
            limit: limit.max(1),
            ceiling: ceiling.max(1),
            adaptive,
            in_flight: 0,
            ahead: 0,
            clean: 1,
            too_much: None,
            answers: 0,
            was_full: false,
            patience: 1,
            rounds: 0,
            epoch: 0,
        }
    }

    fn has_room(&self) -> bool {
        self.in_flight < self.limit
    }

    /// Half as many as may go at once get ready beside them.
    fn has_room_ahead(&self) -> bool {
        self.in_flight + self.ahead < self.limit + self.limit / 2
    }

    fn enter(&mut self) {
        self.in_flight += 1;
        self.was_full |= self.in_flight == self.limit;
    }

    fn leave(&mut self, sign: Sign, epoch: u32) {
        self.in_flight = self.in_flight.saturating_sub(1);
        match sign {
            _ if !self.adaptive || epoch != self.epoch => {}
            Sign::Clean => self.clean_answer(),
            Sign::TooMuch(_) => self.fall(),
            Sign::Nothing => {}
        }
    }

    /// After a round (as many clean answers as may be in flight) with the limit in use, more is tried.
    fn clean_answer(&mut self) {
        self.answers += 1;
        if self.answers < self.limit || !self.was_full {
            return;
        }
        (self.answers, self.was_full) = (0, false);
        self.clean = self.clean.max(self.limit);
        self.rounds += 1;
        let next = match self.too_much {
            // Nothing is known to be too much: half as many again.
            None => self.limit + self.limit.div_ceil(2),
            Some(too_much) if self.limit + 1 < too_much => self.limit + 1,
            // The next step was too much before: only after some patience.
            Some(_) if self.rounds < self.patience => return,
            Some(_) => self.limit + 1,
        };
        self.rise_to(next);
    }

    fn rise_to(&mut self, limit: usize) {
        self.limit = limit.min(self.ceiling);
        self.rounds = 0;
    }

    /// Back to what was clean; the more often it happens, the longer it stays there.
    fn fall(&mut self) {
        if self.limit <= self.clean {
            // What was clean is so no longer.
            self.clean = (self.limit * 3 / 4).max(1).min(self.limit.saturating_sub(1)).max(1);
        }
        self.too_much = Some(self.limit);
        self.limit = self.clean.min(self.limit.saturating_sub(1)).max(1);
        self.patience = (self.patience * 2).min(MOST_PATIENCE);
        (self.answers, self.was_full, self.rounds) = (0, false, 0);
        self.epoch += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that serves so many at once, each in one tick, and refuses what is beyond. Returns how many it served
    /// and how many it refused in so many ticks.
    fn serve(throttle: &mut Throttle, capacity: usize, ticks: u32, tenants: usize) -> (usize, usize) {
        let start = Instant::now();
        let (mut served, mut refused) = (0, 0);
        for tick in 0..ticks {
            let now = start + Duration::from_millis(20) * tick;
            let mut permits = Vec::new();
            for n in 0.. {
                let tenant = if tenants == 0 { String::new() } else { format!("tenant{}", n % tenants) };
                match throttle.enter(&tenant, now) {
                    Ok(permit) => permits.push(permit),
                    Err(_) => break,
                }
            }
            for (place, permit) in permits.into_iter().enumerate() {
                if place < capacity {
                    served += 1;
                    throttle.leave(permit, Sign::Clean, now);
                } else {
                    refused += 1;
                    throttle.leave(permit, Sign::TooMuch(None), now);
                }
            }
        }
        (served, refused)
    }

    #[test]
    fn it_finds_what_a_server_can_do() {
        for capacity in [1, 2, 6, 20, 63] {
            let mut throttle = Throttle::new(Mode::Adaptive { ceiling: 64 });
            let ticks = 500;
            let (served, refused) = serve(&mut throttle, capacity, ticks, 0);
            let possible = capacity * ticks as usize;
            assert!(served * 100 >= possible * 93, "{capacity}: {served} of {possible}");
            assert!(refused * 100 <= possible * 4, "{capacity}: {refused} refused of {possible}");
        }
    }

    #[test]
    fn it_never_goes_beyond_its_ceiling() {
        let mut throttle = Throttle::new(Mode::Adaptive { ceiling: 8 });
        serve(&mut throttle, 1000, 100, 0);
        assert_eq!(throttle.server.limit, 8);
    }

    #[test]
    fn a_tenant_starts_low_and_learns_for_itself() {
        let mut throttle = Throttle::new(Mode::Adaptive { ceiling: 64 });
        let now = Instant::now();
        let first: Vec<_> = (0..TENANT_START).map(|_| throttle.enter("a", now).unwrap()).collect();
        assert!(throttle.enter("a", now).is_err());
        assert!(throttle.enter("b", now).is_ok());
        for permit in first {
            throttle.leave(permit, Sign::Clean, now);
        }
        let again: Vec<_> = std::iter::from_fn(|| throttle.enter("a", now).ok()).collect();
        assert!(again.len() > TENANT_START, "{}", again.len());
    }

    #[test]
    fn a_server_that_gets_slower_is_given_less_and_one_that_recovers_more() {
        let mut throttle = Throttle::new(Mode::Adaptive { ceiling: 64 });
        serve(&mut throttle, 30, 200, 0);
        let fast = throttle.server.limit;
        serve(&mut throttle, 4, 200, 0);
        let slow = throttle.server.limit;
        serve(&mut throttle, 30, 2000, 0);
        assert!((28..=31).contains(&fast) && (3..=5).contains(&slow), "{fast} {slow}");
        assert!(throttle.server.limit > 2 * slow, "{}", throttle.server.limit);
    }

    #[test]
    fn one_burst_of_refusals_makes_it_fall_once() {
        let mut throttle = Throttle::new(Mode::Adaptive { ceiling: 64 });
        serve(&mut throttle, 1000, 4, 0);
        let now = Instant::now();
        let permits: Vec<_> = std::iter::from_fn(|| throttle.enter("", now).ok()).collect();
        let (before, clean) = (throttle.server.limit, throttle.server.clean);
        permits.into_iter().for_each(|permit| throttle.leave(permit, Sign::TooMuch(None), now));
        assert!(throttle.server.limit == clean.min(before - 1), "{before} {clean} {}", throttle.server.limit);
    }

    #[test]
    fn a_server_that_asks_for_a_pause_gets_it() {
        let mut throttle = Throttle::new(Mode::Adaptive { ceiling: 64 });
        let now = Instant::now();
        let permit = throttle.enter("", now).unwrap();
        throttle.leave(permit, Sign::TooMuch(Some(Duration::from_secs(3))), now);
        assert_eq!(throttle.enter("", now + Duration::from_secs(2)).unwrap_err(), Some(now + Duration::from_secs(3)));
        assert!(throttle.enter("", now + Duration::from_secs(3)).is_ok());
    }

    #[test]
    fn half_as_many_again_get_ready() {
        let mut throttle = Throttle::new(Mode::Fixed(4));
        let now = Instant::now();
        let all = |throttle: &mut Throttle| std::iter::from_fn(|| throttle.prepare("a", now).ok()).count();
        assert_eq!(all(&mut throttle), 6);
        for _ in 0..4 {
            throttle.enter("a", now).unwrap();
            throttle.is_ready("a");
        }
        assert!(throttle.enter("a", now).is_err());
        assert_eq!(all(&mut throttle), 0);
        throttle.is_ready("a");
        assert_eq!(all(&mut throttle), 1);
        assert_eq!(all(&mut Throttle::new(Mode::Fixed(1))), 1);
    }

    #[test]
    fn a_fixed_number_is_held() {
        let mut throttle = Throttle::new(Mode::Fixed(7));
        let (served, refused) = serve(&mut throttle, 3, 10, 0);
        assert_eq!((served, refused, throttle.server.limit), (30, 40, 7));
    }
}
