//! Histories of many records, as `kinetrace verify` checks them.

use kinetrace::history::{Event, Process, ProcessOutcome, Produce, PutOutcome, Shard, Timestamp};
use kinetrace::{Order, ProducerId};
use kinetrace_testbed::checker::{Checker, CheckerSettings};

use crate::Failure;
use crate::curve::Curve;
use crate::picture::{Memory, Picture};
use crate::size::Size;

const STREAM: &str = "flights";
const SHARD: &str = "shardId-000000000000";

pub(crate) fn picture(size: Size) -> Result<Picture, Failure> {
    let sizes = size.decades(1_000, 1_000_000);
    let curves = vec![
        Curve::of("one key", &sizes, |records| checked(records, 1))?,
        Curve::of("1,000 keys", &sizes, |records| checked(records, 1_000))?,
        Curve::of("a key for each record", &sizes, |records| checked(records, records))?,
    ];
    let title = "A history, checked: two lines for each record";
    Ok(Picture { file: "histories", title, item: "record", items: "records", memory: Memory::PerItem, curves })
}

/// The lines are made as they are checked, as they are read from a file, and so take no room.
fn checked(records: usize, keys: usize) -> Result<impl FnMut() -> Result<(), Failure>, Failure> {
    Ok(move || {
        let mut checker = Checker::new(CheckerSettings::default());
        checker.add(Event::Shard(Shard::new(STREAM, SHARD, 0, u128::MAX)));
        for number in 0..records {
            let [produce, process] = lines(number, keys);
            checker.add(produce);
            checker.add(process);
        }
        let verdict = checker.finish();
        if verdict.holds() { Ok(()) } else { Err("a history that is in order was found not to be".into()) }
    })
}

/// A record is put, and processed ten microseconds later, before the next one is put.
fn lines(number: usize, keys: usize) -> [Event; 2] {
    let (key, start) = (format!("N{}", number % keys), 100 * number as u64);
    let order = Some(Order { producer: ProducerId::from_bits(1), sequence: (number / keys) as u64 });
    let at = |after: u64| Timestamp(1_700_000_000_000_000 + start + after);
    let sequence_number = format!("{number:020}");
    let mut produce = Produce::new(STREAM, key.as_str(), PutOutcome::Acknowledged, at(0), at(10));
    produce.order = order;
    produce.shard = Some(SHARD.to_owned());
    produce.sequence_number = Some(sequence_number.as_str().into());
    let mut process = Process::new(STREAM, SHARD, sequence_number.as_str(), ProcessOutcome::Succeeded, at(20), at(30));
    process.group = Some(key.into());
    process.order = order;
    process.request_id = format!("request-{number}").into();
    [Event::Produce(produce), Event::Process(process)]
}
