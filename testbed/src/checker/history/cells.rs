//! The rows of a table that the console of Logs Insights gives out as CSV.

use super::document::is_most_rows;

/// Counts rows without looking into them: a line break between quotes ends none (RFC 4180).
#[derive(Debug, Default)]
pub(super) struct Cells {
    header: Vec<u8>,
    /// Whether the header names a log event; `None` until it ends.
    is_table: Option<bool>,
    is_in_quotes: bool,
    rows: u64,
    has_more: bool,
}

/// No query names more fields than that in its header.
const LONGEST_HEADER: usize = 4096;

impl Cells {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match self.is_table {
                Some(false) => return,
                Some(true) => self.count(byte),
                None if byte == b'\n' || self.header.len() > LONGEST_HEADER => {
                    self.is_table = Some(is_header(&self.header));
                }
                None => self.header.push(byte),
            }
        }
    }

    fn count(&mut self, byte: u8) {
        self.is_in_quotes ^= byte == b'"';
        let is_end = byte == b'\n' && !self.is_in_quotes;
        self.rows += u64::from(is_end);
        self.has_more = !is_end;
    }

    /// Why it may be a part only, once it has ended.
    pub(super) fn part(&self) -> Option<String> {
        let rows = self.rows + u64::from(self.has_more);
        is_most_rows(rows).then(|| {
            format!("it has {rows} rows, which is where a query of Logs Insights ends: there may be more events")
        })
    }
}

/// `@timestamp,@message`, or the same with quotes.
fn is_header(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let mut names = line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    names.any(|name| matches!(name, b"@message" | b"\"@message\""))
}
