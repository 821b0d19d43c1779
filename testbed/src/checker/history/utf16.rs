//! UTF-16, which Windows PowerShell makes of what is sent into a file.

use std::io::{self, BufRead, Read};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Reads UTF-16 as UTF-8. What is not UTF-16 becomes U+FFFD.
pub(super) struct Utf16<R> {
    reader: R,
    order: Order,
    /// The first half of a character.
    high: Option<u16>,
    /// What is read and not yet handed out.
    text: Vec<u8>,
}

impl<R: BufRead> Utf16<R> {
    pub(super) fn new(reader: R, order: Order) -> Self {
        Self { reader, order, high: None, text: Vec::new() }
    }

    fn fill(&mut self) -> io::Result<()> {
        const UNITS: u64 = 4096;
        let mut bytes = Vec::new();
        self.reader.by_ref().take(2 * UNITS).read_to_end(&mut bytes)?;
        let is_end = bytes.is_empty();
        let units = bytes.chunks(2).map(|pair| match (pair, self.order) {
            (&[a, b], Order::Little) => u16::from_le_bytes([a, b]),
            (&[a, b], Order::Big) => u16::from_be_bytes([a, b]),
            _ => 0xfffd,
        });
        let mut units: Vec<_> = self.high.take().into_iter().chain(units).collect();
        let is_high = |unit: &u16| (0xd800..0xdc00).contains(unit);
        if !is_end && units.last().is_some_and(is_high) {
            self.high = units.pop();
        }
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        self.text = text.into_bytes();
        Ok(())
    }
}

impl Utf16<io::Empty> {
    /// By its mark, or else by the zeros in what would be ASCII.
    pub(super) fn order(first: &[u8]) -> Option<Order> {
        match *first {
            [0xff, 0xfe, ..] => Some(Order::Little),
            [0xfe, 0xff, ..] => Some(Order::Big),
            [a, 0, b, 0, ..] if a != 0 && b != 0 => Some(Order::Little),
            [0, a, 0, b, ..] if a != 0 && b != 0 => Some(Order::Big),
            _ => None,
        }
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.text.is_empty() {
            self.fill()?;
        }
        let count = self.text.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.text[..count]);
        self.text.drain(..count);
        Ok(count)
    }
}
