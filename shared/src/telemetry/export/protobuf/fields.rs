//! Fields of messages. Like the SDK's, they are written in the order of their numbers, and those with nothing in them are not.

use prost::encoding::{WireType, encode_varint, encoded_len_varint};

/// A message of which it is known by its kind how long it will be, more or less.
#[derive(Debug, Clone, Copy)]
pub(super) enum Long {
    /// Of less than 128 bytes, as nearly every attribute is.
    Hardly,
    /// Of less than 16 KiB, as nearly every span is.
    Rather,
    /// Of less than 2 MiB, as are the spans of a request.
    Very,
}

impl Long {
    /// How many bytes such a length takes.
    fn size(self) -> usize {
        match self {
            Self::Hardly => 1,
            Self::Rather => 2,
            Self::Very => 3,
        }
    }
}

/// Its fields are what `write` writes. The length stands before them, and is known after them, so there is room for one that is
/// likely; where it takes more bytes or less, the fields are moved.
pub(super) fn message(body: &mut Vec<u8>, number: u32, long: Long, write: impl FnOnce(&mut Vec<u8>)) {
    key(body, number, WireType::LengthDelimited);
    let (begin, room) = (body.len(), long.size());
    body.extend_from_slice(&[0; 3][..room]);
    write(body);
    let length = (body.len() - begin - room) as u64;
    if encoded_len_varint(length) == room {
        encode_varint(length, &mut &mut body[begin..begin + room]);
    } else {
        let (mut digits, size) = ([0; 10], encoded_len_varint(length));
        encode_varint(length, &mut digits.as_mut_slice());
        body.splice(begin..begin + room, digits[..size].iter().copied());
    }
}

/// A text or bytes, even if there are none.
pub(super) fn bytes_even_if_none(body: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    key(body, number, WireType::LengthDelimited);
    number_in_few_bytes(body, bytes.len() as u64);
    body.extend_from_slice(bytes);
}

pub(super) fn bytes(body: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    if !bytes.is_empty() {
        bytes_even_if_none(body, number, bytes);
    }
}

pub(super) fn varint_even_if_zero(body: &mut Vec<u8>, number: u32, value: u64) {
    key(body, number, WireType::Varint);
    number_in_few_bytes(body, value);
}

pub(super) fn varint(body: &mut Vec<u8>, number: u32, value: u32) {
    if value != 0 {
        varint_even_if_zero(body, number, value.into());
    }
}

pub(super) fn fixed64_even_if_zero(body: &mut Vec<u8>, number: u32, value: u64) {
    key(body, number, WireType::SixtyFourBit);
    body.extend_from_slice(&value.to_le_bytes());
}

pub(super) fn fixed64(body: &mut Vec<u8>, number: u32, value: u64) {
    if value != 0 {
        fixed64_even_if_zero(body, number, value);
    }
}

pub(super) fn fixed32(body: &mut Vec<u8>, number: u32, value: u32) {
    if value != 0 {
        key(body, number, WireType::ThirtyTwoBit);
        body.extend_from_slice(&value.to_le_bytes());
    }
}

/// What stands before each field.
fn key(body: &mut Vec<u8>, number: u32, kind: WireType) {
    number_in_few_bytes(body, u64::from(number << 3 | kind as u32));
}

/// Nearly all have one byte.
fn number_in_few_bytes(body: &mut Vec<u8>, number: u64) {
    match u8::try_from(number) {
        Ok(byte @ ..0x80) => body.push(byte),
        _ => encode_varint(number, body),
    }
}
