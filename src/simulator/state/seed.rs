//! Facts drawn from a seed: the same seed and the same question give the same answer, in any order.
//!
//! A draw is a hash of the seed and a label, not the next number of a sequence: a new fact never shifts the others,
//! and state can be made when it is touched.

use uuid::Builder;

/// A point in the tree of seeds; children are independent of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seed(u64);

impl Seed {
    /// The root for a number that a person chose.
    pub(crate) fn new(number: u64) -> Self {
        Self(mix(number ^ 0x9e37_79b9_7f4a_7c15))
    }

    /// The child for the `number`th thing of a kind.
    pub(crate) fn of(self, kind: &str, number: usize) -> Self {
        Self(mix(self.hash(kind).wrapping_add(number as u64)))
    }

    /// A number below `limit`, which must not be 0.
    pub(crate) fn below(self, label: &str, limit: usize) -> usize {
        (self.hash(label) % limit as u64) as usize
    }

    /// Whether something holds that does in `percent` of all cases.
    pub(crate) fn chance(self, label: &str, percent: usize) -> bool {
        self.below(label, 100) < percent
    }

    /// One of the choices, which must not be empty.
    pub(crate) fn pick<T: Copy>(self, label: &str, choices: &[T]) -> T {
        choices[self.below(label, choices.len())]
    }

    /// An id in the form that Entra uses.
    pub(crate) fn guid(self, label: &str) -> String {
        let high = self.hash(label);
        let low = mix(high ^ 0x5851_f42d_4c95_7f2d);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..].copy_from_slice(&low.to_be_bytes());
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    fn hash(self, label: &str) -> u64 {
        let fnv = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64 ^ self.0, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        mix(fnv)
    }
}

/// The finaliser of splitmix64.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_another_seed_another() {
        let one = Seed::new(1).of("user", 7);
        assert_eq!(one.guid("id"), Seed::new(1).of("user", 7).guid("id"));
        for other in [Seed::new(2).of("user", 7), Seed::new(1).of("user", 8), Seed::new(1).of("tenant", 7)] {
            assert_ne!(one.guid("id"), other.guid("id"));
        }
        assert_ne!(one.guid("id"), one.guid("other"));
    }

    #[test]
    fn draws_spread_over_their_range() {
        let counts = (0..1000).fold([0; 5], |mut counts, number| {
            counts[Seed::new(1).of("n", number).below("x", 5)] += 1;
            counts
        });
        assert!(counts.iter().all(|count| (150..250).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_guid_is_a_version_4_uuid() {
        assert_eq!(uuid::Uuid::parse_str(&Seed::new(3).guid("id")).unwrap().get_version_num(), 4);
    }
}
