//! Numbers in as few bytes as they need: seven bits a byte, the lowest first, the
//! high bit says that more follow.
//!
//! Of one number at a time the length cannot be foreseen, and a wrong guess costs
//! the processor more than the number does. Where there are many, [`each`] and
//! [`append`] take eight bytes at a time and branch on no length.

/// The longest number takes so many bytes.
pub(super) const MAX_BYTES: usize = 10;

/// Appends `number` to `bytes`.
#[inline(always)]
pub(super) fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Appends `number` to `bytes` as the engine does: the high bit is that of the last byte.
pub(super) fn push_as_engine(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 & 0x7F);
        number >>= 7;
    }
    bytes.push(number as u8 | 0x80);
}

/// Takes a number from the beginning of `rest`; `None` where there is none.
#[inline(always)]
pub(super) fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *rest.split_off_first()?;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// The high bits of eight bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Gives `act` the numbers that make up `bytes`, all below 2^32. Says whether they are
/// such numbers to the end; if not, which only damage can cause, `act` may have got
/// some that were none.
#[inline(always)]
pub(super) fn each(bytes: &[u8], mut act: impl FnMut(u32)) -> bool {
    let mut rest = bytes;
    let mut beyond = 0;
    while let Some(eight) = rest.first_chunk() {
        let eight = u64::from_le_bytes(*eight);
        // One bit for each number that ends here.
        let mut ends = !eight & HIGH;
        let mut start = 0;
        while ends != 0 {
            let up_to_end = ends ^ (ends - 1);
            let number = (eight & up_to_end) >> start;
            beyond |= number;
            act(joined(number));
            start = ends.trailing_zeros() + 1;
            ends &= ends - 1;
        }
        if start == 0 {
            return false;
        }
        rest = &rest[start as usize / 8..];
    }
    let mut is_sound = beyond >> SHORT_BITS == 0;
    while !rest.is_empty() {
        let Some(number) = take(&mut rest) else { return false };
        is_sound &= number <= u64::from(u32::MAX);
        act(number as u32);
    }
    is_sound
}

/// A number below 2^32 takes no more bytes.
const MAX_SHORT_BYTES: usize = 5;

/// Its bytes have no bit beyond these: four bytes with seven bits of it each, and four
/// bits in the fifth.
const SHORT_BITS: usize = 4 * 8 + 4;

/// The number of which `bytes` are the bytes, the first the lowest.
#[inline(always)]
fn joined(bytes: u64) -> u32 {
    let groups = bytes & !HIGH;
    let two = groups & 0x7F | groups >> 1 & 0x3F80;
    (two | groups >> 2 & 0x1F_C000 | groups >> 3 & 0xFE0_0000 | groups >> 4 & 0xF000_0000) as u32
}

/// A number as the bytes that it is made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed(u64);

impl Packed {
    #[inline(always)]
    pub(super) fn new(number: u32) -> Self {
        let number = u64::from(number);
        let two = number & 0x7F | (number & 0x3F80) << 1;
        let four = two | (number & 0x1F_C000) << 2 | (number & 0xFE0_0000) << 3;
        let groups = four | (number & 0xF000_0000) << 4;
        let last = (63 - (groups | 1).leading_zeros()) / 8;
        Self(groups | HIGH & ((1 << (8 * last)) - 1))
    }

    #[inline(always)]
    fn len(self) -> usize {
        (!self.0 & HIGH).trailing_zeros() as usize / 8 + 1
    }
}

/// Room for some numbers behind others.
pub(super) struct Room<'b> {
    bytes: &'b mut [u8],
    len: usize,
}

impl Room<'_> {
    /// # Panics
    ///
    /// When there are more than there is room for.
    #[inline(always)]
    pub(super) fn push(&mut self, number: Packed) {
        self.bytes[self.len..][..8].copy_from_slice(&number.0.to_le_bytes());
        self.len += number.len();
    }
}

/// Appends to `bytes` what `write` writes, no more than `most` numbers.
#[inline(always)]
pub(super) fn append(bytes: &mut Vec<u8>, most: usize, write: impl FnOnce(&mut Room<'_>)) {
    // And room for what is written beyond the last.
    let start = bytes.len();
    bytes.resize(start + MAX_SHORT_BYTES * most + 8, 0);
    let mut room = Room { bytes: &mut bytes[start..], len: 0 };
    write(&mut room);
    let len = room.len;
    bytes.truncate(start + len);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back_one_after_the_other(numbers in prop::collection::vec(any::<u64>(), 0..9)) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|&number| push(&mut bytes, number));
            prop_assert!(bytes.len() <= numbers.len() * MAX_BYTES);
            let mut rest = &bytes[..];
            let taken: Vec<u64> = std::iter::from_fn(|| take(&mut rest)).collect();
            prop_assert_eq!(taken, numbers);
        }

        #[test]
        fn many_at_a_time_are_the_same_as_one_by_one(
            numbers in prop::collection::vec((any::<u32>(), 0u32..32).prop_map(|(n, by)| n >> by), 0..40),
        ) {
            let mut one_by_one = Vec::new();
            numbers.iter().for_each(|&number| push(&mut one_by_one, number.into()));
            let mut bytes = Vec::new();
            append(&mut bytes, numbers.len(), |room| {
                numbers.iter().for_each(|&number| room.push(Packed::new(number)));
            });
            prop_assert_eq!(&bytes, &one_by_one);
            let mut read = Vec::new();
            prop_assert!(each(&bytes, |number| read.push(number)));
            prop_assert_eq!(read, numbers);
        }

        #[test]
        fn what_is_no_number_is_said(
            numbers in prop::collection::vec(any::<u32>(), 0..12),
            // Those below 2^35 have five bytes too, and were cut to 32 bits.
            far in prop_oneof![(1u64 << 32)..1 << 35, (1u64 << 35)..],
            place in 0usize..12,
        ) {
            let of = |numbers: &[u64]| {
                let mut bytes = Vec::new();
                numbers.iter().for_each(|&number| push(&mut bytes, number));
                bytes
            };
            let mut numbers: Vec<u64> = numbers.into_iter().map(u64::from).collect();
            let mut cut = of(&numbers);
            cut.push(0x80);
            prop_assert!(!each(&cut, |_| ()));
            numbers.insert(place.min(numbers.len()), far);
            prop_assert!(!each(&of(&numbers), |_| ()));
        }
    }
}
