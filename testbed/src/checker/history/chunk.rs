//! Reads as much as there is room for.

use std::io::{self, Read};

/// Reads until there is no room, and says whether that was all. What was read before an error counts.
pub(super) fn fill(text: &mut impl Read, room: &mut [u8]) -> (usize, io::Result<bool>) {
    let mut count = 0;
    while count < room.len() {
        match text.read(&mut room[count..]) {
            Ok(0) => return (count, Ok(true)),
            Ok(read) => count += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (count, Err(error)),
        }
    }
    (count, Ok(false))
}
