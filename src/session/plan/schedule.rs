//! Which calls of a plan may go at once: those of one bulk for different items.

use super::Call;

/// Calls one after the other, by their places in the plan.
pub(super) type Line = Vec<usize>;

/// What is done after each other, each of lines that may go at once.
pub(super) fn parts(calls: &[Call]) -> Vec<Vec<Line>> {
    /// The number of the bulk, and the lines of its items by number.
    type Part = (Option<usize>, Vec<(usize, Line)>);
    let mut parts: Vec<Part> = Vec::new();
    for (place, call) in calls.iter().enumerate() {
        let Some((bulk, item)) = call.lane else {
            parts.push((None, vec![(0, vec![place])]));
            continue;
        };
        match parts.last_mut() {
            Some((Some(last), lines)) if *last == bulk => match lines.iter_mut().find(|(of, _)| *of == item) {
                Some((_, line)) => line.push(place),
                None => lines.push((item, vec![place])),
            },
            _ => parts.push((Some(bulk), vec![(item, vec![place])])),
        }
    }
    parts.into_iter().map(|(_, lines)| lines.into_iter().map(|(_, line)| line).collect()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_of_one_bulk_go_at_once() {
        let call = |lane| Call {
            n: 0,
            endpoint: String::new(),
            action: None,
            raw: false,
            tenant: Vec::new(),
            arguments: json!({}),
            verify: None,
            wait: None,
            effect: String::new(),
            targets: 1,
            bulk: String::new(),
            item: String::new(),
            nth: 0,
            lane,
            request: String::new(),
            before: None,
            after: None,
        };
        let lanes = [None, Some((1, 1)), Some((1, 2)), Some((1, 1)), Some((2, 1)), None, None];
        let calls: Vec<Call> = lanes.into_iter().map(call).collect();
        let expected = [vec![vec![0]], vec![vec![1, 3], vec![2]], vec![vec![4]], vec![vec![5]], vec![vec![6]]];
        assert_eq!(parts(&calls), expected);
    }
}
