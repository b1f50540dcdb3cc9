//! Numbers in as few bytes as they need: seven bits a byte, the lowest first, the
//! high bit says that more follow.

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
    }
}
