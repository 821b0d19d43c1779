//! Progress as stores have it.

use std::fmt;
use std::str::FromStr;

use super::{MAX_CHECKSUMS, Progress, Run};
use crate::deduplicate::checksum::Checksum;
use crate::deduplicate::parse_progress_error::ParseProgressError;

/// The text that [`Progress`] reads again: `0-57,59-131`, or nothing; and, after a space, the checksums in hexadecimal
/// digits, sixteen each.
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.runs())?;
        let mut separator = " ";
        for checksum in &self.checksums {
            f.write_str(std::mem::take(&mut separator))?;
            checksum.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        }
        Ok(())
    }
}

impl FromStr for Progress {
    type Err = ParseProgressError;

    fn from_str(text: &str) -> Result<Self, ParseProgressError> {
        let Some((runs, digits)) = text.split_once(' ') else { return Self::from_parts(text, &[]) };
        let checksums = bytes(digits).filter(|bytes| !bytes.is_empty());
        Self::from_parts(runs, &checksums.ok_or(ParseProgressError::Checksums(digits.len()))?)
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let is_lower_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_whole = digits.len().is_multiple_of(2) && digits.as_bytes().iter().all(is_lower_hex);
    digits.as_bytes().chunks(2).map(byte).collect::<Option<_>>().filter(|_| is_whole)
}

impl Progress {
    /// The runs and the [bytes of the checksums](Self::checksums), for stores that keep them apart. There may be fewer
    /// checksums than numbers, or none: those of the highest numbers are the last.
    ///
    /// # Errors
    ///
    /// They are not what [`runs`](Self::runs) and [`checksums`](Self::checksums) give.
    pub fn from_parts(runs: &str, checksums: &[u8]) -> Result<Self, ParseProgressError> {
        let malformed = || ParseProgressError::Runs(runs.to_owned());
        let read = runs.split(',').filter(|_| !runs.is_empty()).map(Run::read).collect::<Option<Vec<_>>>();
        let read = read.ok_or_else(malformed)?;
        let apart = read.windows(2).all(|pair| pair[0].last.checked_add(1).is_some_and(|gap| gap < pair[1].first));
        if !apart {
            return Err(malformed());
        }
        let (each, rest) = checksums.as_chunks();
        let progress = Self { runs: read, checksums: each.iter().copied().map(Checksum::from_bytes).collect() };
        let fits = rest.is_empty() && progress.checksums.len() <= progress.count().min(MAX_CHECKSUMS);
        fits.then_some(progress).ok_or(ParseProgressError::Checksums(checksums.len()))
    }

    /// `0-57,59-131`, or nothing.
    pub fn runs(&self) -> String {
        let runs: Vec<_> = self.runs.iter().map(|Run { first, last }| format!("{first}-{last}")).collect();
        runs.join(",")
    }

    /// Eight bytes each.
    pub fn checksums(&self) -> Vec<u8> {
        self.checksums.iter().flat_map(|checksum| checksum.to_bytes()).collect()
    }
}

impl Run {
    fn read(text: &str) -> Option<Self> {
        let number = |digits: &str| digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let (first, last) = text.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        (first <= last).then_some(Self { first, last })
    }
}
