//! How many keys the records of a publisher have.

use super::published::published;
use crate::Failure;
use crate::curve::Curve;
use crate::picture::{Memory, Picture};
use crate::size::Size;

/// So many records are published, or as many as there are keys.
const RECORDS: usize = 100_000;

pub(crate) fn picture(size: Size) -> Result<Picture, Failure> {
    let records = |keys: usize| if size.is_full() { keys.max(RECORDS) } else { keys };
    // Of few keys, each request has few records: the time is the SDK's.
    let curves = vec![
        per_record("one record at a time of each key", &size.decades(1_000, 1_000_000), records, false)?,
        per_record("aggregated", &size.decades(1, 1_000_000), records, true)?,
    ];
    let title = "Keys of one publisher, against a Kinesis that answers at once";
    Ok(Picture { file: "keys", title, item: "record", items: "keys", memory: Memory::Whole, curves })
}

/// Each of so many keys has at least one record, and time is counted for each record.
fn per_record(
    name: &'static str,
    sizes: &[usize],
    records: impl Fn(usize) -> usize,
    aggregation: bool,
) -> Result<Curve, Failure> {
    let mut curve = Curve::of(name, sizes, |keys| published(records(keys), keys, aggregation))?;
    for point in &mut curve.points {
        point.nanoseconds_per_item *= point.items as f64 / records(point.items) as f64;
    }
    Ok(curve)
}
