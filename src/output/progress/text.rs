//! How far a bulk is, in words.

use std::time::Duration;

/// The most characters of a label that are shown.
const LABEL: usize = 40;

/// A bulk at one moment.
#[derive(Debug, Clone)]
pub(super) struct Seen<'b> {
    pub(super) label: &'b str,
    pub(super) total: usize,
    pub(super) elapsed: Duration,
    pub(super) ok: usize,
    pub(super) failed: usize,
    pub(super) in_doubt: usize,
    /// Items of bulks inside of its items, done and all.
    pub(super) inside: (usize, usize),
    pub(super) reads_back: bool,
    /// How many requests the server gets at once.
    pub(super) limit: Option<usize>,
}

impl Seen<'_> {
    /// How many items are through.
    pub(super) fn done(&self) -> usize {
        self.ok + self.failed + self.in_doubt
    }

    /// The whole line.
    pub(super) fn line(&self) -> String {
        format!("{}: {}", self.label, self.parts(None, |_| true))
    }

    /// What stands beside a bar that has the label. It is short, so that it fits on 80 columns: what there is none of
    /// is not said.
    pub(super) fn beside_bar(&self) -> String {
        self.parts(self.left(), |count| count > 0)
    }

    fn parts(&self, left: Option<Duration>, is_said: fn(usize) -> bool) -> String {
        let mut parts = vec![format!("{}/{}", self.done(), self.total), rate(self.done(), self.elapsed)];
        parts.extend(left.map(|left| format!("{} left", length(left))));
        parts.push(format!("{} ok", self.ok));
        let worse = [(self.failed, "failed"), (self.in_doubt, "in doubt")];
        parts.extend(
            worse.into_iter().filter(|(count, _)| is_said(*count)).map(|(count, name)| format!("{count} {name}")),
        );
        let (done, total) = self.inside;
        if total > 0 {
            parts.push(format!("{done}/{total} inside"));
        }
        parts.extend(self.limit.map(|limit| format!("limit {limit}")));
        if self.reads_back {
            parts.push("reading back".into());
        }
        parts.join(", ")
    }

    /// How long it takes until the end if it goes on like this.
    fn left(&self) -> Option<Duration> {
        let rest = self.total.checked_sub(self.done()).filter(|rest| *rest > 0 && self.done() > 0)?;
        Duration::try_from_secs_f64(self.elapsed.as_secs_f64() * rest as f64 / self.done() as f64).ok()
    }
}

/// A label that leaves room for the rest.
pub(super) fn short(label: &str) -> String {
    let label: String = label.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if label.chars().count() <= LABEL { label } else { label.chars().take(LABEL - 1).chain(['…']).collect() }
}

fn rate(done: usize, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let rate = if seconds > 0.0 { done as f64 / seconds } else { 0.0 };
    match rate {
        rate if rate >= 9.95 => format!("{rate:.0}/s"),
        rate if rate >= 0.95 || done == 0 => format!("{rate:.1}/s"),
        rate => format!("{:.1}/min", rate * 60.0),
    }
}

fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(elapsed: u64, ok: usize, failed: usize, total: usize) -> Seen<'static> {
        let elapsed = Duration::from_secs(elapsed);
        Seen {
            label: "enforce MFA",
            total,
            elapsed,
            ok,
            failed,
            in_doubt: 0,
            inside: (0, 0),
            reads_back: false,
            limit: Some(12),
        }
    }

    #[test]
    fn lines() {
        let cases = [
            (seen(5, 118, 2, 2000), "enforce MFA: 120/2000, 24/s, 118 ok, 2 failed, 0 in doubt, limit 12"),
            (seen(0, 0, 0, 3), "enforce MFA: 0/3, 0.0/s, 0 ok, 0 failed, 0 in doubt, limit 12"),
            (
                Seen { limit: None, in_doubt: 1, inside: (3, 9), ..seen(60, 9, 0, 20) },
                "enforce MFA: 10/20, 10.0/min, 9 ok, 0 failed, 1 in doubt, 3/9 inside",
            ),
            (
                Seen { reads_back: true, ..seen(10, 25, 0, 25) },
                "enforce MFA: 25/25, 2.5/s, 25 ok, 0 failed, 0 in doubt, limit 12, reading back",
            ),
        ];
        for (seen, expected) in cases {
            assert_eq!(seen.line(), expected);
        }
    }

    #[test]
    fn what_is_left() {
        for (seen, expected) in [
            (seen(5, 118, 2, 2000), "120/2000, 24/s, 1m18s left, 118 ok, 2 failed, limit 12"),
            (seen(60, 1, 0, 121), "1/121, 1.0/min, 2h00m left, 1 ok, limit 12"),
            (seen(4, 2, 0, 3), "2/3, 30.0/min, 2s left, 2 ok, limit 12"),
            (Seen { in_doubt: 1, ..seen(4, 3, 0, 4) }, "4/4, 1.0/s, 3 ok, 1 in doubt, limit 12"),
        ] {
            assert_eq!(seen.beside_bar(), expected);
        }
    }

    #[test]
    fn labels_fit_on_one_line() {
        assert_eq!(short("enforce\nMFA"), "enforce MFA");
        assert_eq!(short(&"x".repeat(50)), format!("{}…", "x".repeat(39)));
    }
}
