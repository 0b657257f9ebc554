//! Gives equal texts of one reply one place in memory.

use rhai::ImmutableString;

/// Places of the cache at the start; a small reply should not pay for a large one.
const FEWEST: usize = 1 << 6;

/// Places of the cache at most. More find few more repetitions and fall out of the processor's cache.
const MOST: usize = 1 << 13;

/// Longer texts hardly ever come twice.
const LONGEST: usize = 128;

/// A cache with one place for each hash: a text that comes to a taken place takes it over.
pub(super) struct Interner {
    places: Vec<Option<ImmutableString>>,
    misses: usize,
}

impl Interner {
    pub(super) fn new() -> Self {
        Self { places: vec![None; FEWEST], misses: 0 }
    }

    pub(super) fn text(&mut self, text: &str) -> ImmutableString {
        if text.len() > LONGEST {
            return text.into();
        }
        let at = hash(text.as_bytes()) as usize % self.places.len();
        if let Some(known) = &self.places[at]
            && known == text
        {
            return known.clone();
        }
        let new = ImmutableString::from(text);
        self.places[at] = Some(new.clone());
        self.misses += 1;
        if self.misses > self.places.len() && self.places.len() < MOST {
            self.places = vec![None; self.places.len() * 8];
            self.misses = 0;
        }
        new
    }
}

/// FxHash: good enough where a collision only costs a place.
fn hash(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = bytes.len() as u64;
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(hash, u64::from_le_bytes(last)) >> 32
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}
