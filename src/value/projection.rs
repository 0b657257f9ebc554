//! Reduces rows to the wanted fields, keeping their keys shared.

use std::sync::Arc;

use super::fields::Fields;
use super::row::Row;
use super::shape::Shape;

/// Reduces one row after the other to some fields.
pub struct Projection<'f> {
    wanted: &'f Fields,
    /// The shape of the last row, what it comes to, and the places of the values that are kept.
    last: Option<(Arc<Shape>, Arc<Shape>, Vec<usize>)>,
}

impl<'f> Projection<'f> {
    /// Reduces rows to these fields.
    pub fn new(wanted: &'f Fields) -> Self {
        Self { wanted, last: None }
    }

    /// The same row with the wanted fields only; `None` where it has no others.
    pub fn apply(&mut self, row: &Row) -> Option<Row> {
        let known = self.last.take().filter(|(shape, _, _)| Arc::ptr_eq(shape, row.shape()));
        let (_, shape, places) = self.last.insert(known.unwrap_or_else(|| reduce(row.shape(), self.wanted)));
        if places.len() == row.len() {
            return None;
        }
        let values = row.value_list();
        Some(Row::from_parts(Arc::clone(shape), places.iter().map(|&at| values[at].clone()).collect()))
    }
}

fn reduce(shape: &Arc<Shape>, wanted: &Fields) -> (Arc<Shape>, Arc<Shape>, Vec<usize>) {
    let kept = shape.keys().iter().enumerate().filter(|(_, key)| wanted.contains(key));
    let (places, keys): (Vec<_>, Vec<_>) = kept.map(|(at, key)| (at, key.clone())).unzip();
    (Arc::clone(shape), Arc::new(Shape::of(keys).0), places)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn rows_lose_the_other_fields_and_share_their_keys() {
        let value = parse(br#"[{"a":1,"b":2},{"a":3,"b":4},{"b":5,"c":6},{"b":7}]"#, None).unwrap();
        let wanted = Fields::new(["B"]);
        let mut projection = Projection::new(&wanted);
        let rows: Vec<Option<Row>> = value
            .as_array_ref()
            .unwrap()
            .iter()
            .map(|row| projection.apply(&row.read_lock::<Row>().unwrap()))
            .collect();
        assert_eq!(format!("{rows:?}"), r#"[Some(#{"b": 2}), Some(#{"b": 4}), Some(#{"b": 5}), None]"#);
        let shape = |at: usize| rows[at].as_ref().unwrap().shape();
        assert!(Arc::ptr_eq(shape(0), shape(1)));
    }
}
