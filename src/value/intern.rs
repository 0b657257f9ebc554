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
    places: Vec<Place>,
    misses: usize,
}

#[derive(Clone, Default)]
struct Place {
    /// That of `text`; most misses are seen here, without a look at the text elsewhere in memory.
    hash: u32,
    text: ImmutableString,
}

impl Interner {
    pub(super) fn new() -> Self {
        Self { places: vec![Place::default(); FEWEST], misses: 0 }
    }

    pub(super) fn text(&mut self, text: &str) -> ImmutableString {
        if text.len() > LONGEST {
            return text.into();
        }
        let hash = hash(text.as_bytes());
        let at = hash as usize % self.places.len();
        let place = &mut self.places[at];
        if place.hash == hash && place.text == text {
            return place.text.clone();
        }
        let new = ImmutableString::from(text);
        *place = Place { hash, text: new.clone() };
        self.grow();
        new
    }

    /// Makes room when more texts were missed than there are places.
    fn grow(&mut self) {
        self.misses += 1;
        if self.misses > self.places.len() && self.places.len() < MOST {
            self.places = vec![Place::default(); self.places.len() * 8];
            self.misses = 0;
        }
    }
}

/// FxHash: good enough where a collision only costs a place.
fn hash(bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = bytes.len() as u64;
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    (mix(hash, u64::from_le_bytes(last)) >> 32) as u32
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}
