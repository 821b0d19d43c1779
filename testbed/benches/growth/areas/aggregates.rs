//! Aggregated records of many user records, packed and read as the publisher and the consumer do it.

use bytes::Bytes;
use kinetrace::__private::aggregation;
use kinetrace::{Reader, Record};
use md5::{Digest as _, Md5};
use prost::Message;

use crate::Failure;
use crate::curve::Curve;
use crate::picture::{Memory, Picture};
use crate::size::Size;

/// The format of the Kinesis Producer Library, as others write it.
#[derive(Clone, PartialEq, Message)]
struct Aggregate {
    #[prost(string, repeated, tag = "1")]
    partition_keys: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<UserRecord>,
}

#[derive(Clone, PartialEq, Message)]
struct UserRecord {
    #[prost(uint64, required, tag = "1")]
    partition_key_index: u64,
    #[prost(bytes = "vec", required, tag = "3")]
    data: Vec<u8>,
}

const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

pub(crate) fn picture(size: Size) -> Result<Picture, Failure> {
    let sizes = size.decades(10, 100_000);
    let curves = vec![
        Curve::of("packed, one key", &sizes, packed)?,
        Curve::of("read, one key", &sizes, |records| read(records, vec!["N14228".to_owned()]))?,
        Curve::of("read, a key for each record", &sizes, |records| {
            read(records, (0..records).map(|key| format!("N{key}")).collect())
        })?,
        Curve::of("read, one key as long as all records", &sizes, |records| {
            read(records, vec!["N".repeat(8 * records)])
        })?,
    ];
    let title = "An aggregated record of many user records";
    let (item, items) = ("user record", "user records");
    Ok(Picture { file: "aggregates", title, item, items, memory: Memory::PerItem, curves })
}

fn packed(records: usize) -> Result<impl FnMut() -> Result<Record, Failure>, Failure> {
    let records: Vec<_> = (0..records).map(|number| Record::new("N14228", number.to_string())).collect();
    Ok(move || {
        let (first, others) = records.split_first().ok_or("there is no record to pack")?;
        Ok(aggregation::pack(first, others))
    })
}

/// The records are taken out one by one, each after its key was asked for.
fn read(records: usize, partition_keys: Vec<String>) -> Result<impl FnMut() -> Result<usize, Failure>, Failure> {
    let keys = partition_keys.len();
    let user_record = |number: usize| UserRecord {
        partition_key_index: (number % keys) as u64,
        data: number.to_string().into_bytes(),
    };
    let message = Aggregate { partition_keys, records: (0..records).map(user_record).collect() }.encode_to_vec();
    let data: Bytes = [&MAGIC, message.as_slice(), &Md5::digest(&message)].concat().into();
    Ok(move || {
        let found = Reader::default().records(data.clone(), Some("N14228".into()));
        if found.len() != records {
            return Err(format!("{} of {records} user records were found", found.len()).into());
        }
        Ok((0..records)
            .filter_map(|place| Some(found.partition_key(place)?.len() + found.get(place)?.payload.len()))
            .sum())
    })
}
