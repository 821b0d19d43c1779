//! How many records a publisher has published so far.

use super::published::published;
use crate::Failure;
use crate::curve::Curve;
use crate::picture::{Memory, Picture};
use crate::size::Size;

/// A request is full, and there are more of them.
const KEYS: usize = 1_000;

pub(crate) fn picture(size: Size) -> Result<Picture, Failure> {
    let sizes = size.decades(1_000, 1_000_000);
    let curves = vec![
        Curve::of("1,000 keys", &sizes, |records| published(records, KEYS, false))?,
        Curve::of("1,000 keys, aggregated", &sizes, |records| published(records, KEYS, true))?,
        Curve::of("one key, aggregated", &sizes, |records| published(records, 1, true))?,
    ];
    let title = "Records through one publisher, against a Kinesis that answers at once";
    Ok(Picture { file: "records", title, item: "record", items: "records", memory: Memory::Whole, curves })
}
