//! Lines and happenings, as a run makes them.

use bytes::Bytes;
use kinetrace::history::{Process, ProcessOutcome, Produce, PutOutcome, Shard, Timestamp, TraceIds};
use kinetrace_testbed::event_source_mapping::{Answered, Cause, Discard, Happening, Record, Settings};

use crate::page::{FunctionAbout, MappingAbout, Model};

pub(super) const STREAM: &str = "flights";
pub(super) const SHARD: &str = "shardId-000000000000";

/// When a run begins, in microseconds since the Unix epoch.
pub(super) const BEGIN: u64 = 1_700_000_000_000_000;

pub(super) fn at(millis: u64) -> Timestamp {
    Timestamp(BEGIN + millis * 1_000)
}

/// A page of one function that reads one stream.
pub(super) fn watched(keep: usize) -> Model {
    let function = |name: &str| FunctionAbout {
        name: name.to_owned(),
        url: Some("http://127.0.0.1:9000/".to_owned()),
        command: "./bootstrap".to_owned(),
        timeout_ms: 3_000,
    };
    let mapping =
        MappingAbout { stream: STREAM.to_owned(), function: 0, settings: Settings::of_template(), enabled: true };
    Model::new("a run", keep, vec![function("consumer")], vec![mapping])
}

pub(super) fn shard(name: &str, parents: &[&str]) -> Shard {
    let mut shard = Shard::new(STREAM, name, 0, u128::MAX);
    shard.parents = parents.iter().map(|parent| (*parent).to_owned()).collect();
    shard
}

/// A record of key `k<number modulo 3>`, acknowledged 5 ms after it was put.
pub(super) fn put(number: u64, millis: u64) -> Produce {
    let mut line =
        Produce::new(STREAM, format!("k{}", number % 3), PutOutcome::Acknowledged, at(millis), at(millis + 5));
    line.shard = Some(SHARD.into());
    line.sequence_number = Some(number.to_string().into());
    line.context = Some(TraceIds::new(format!("{:032x}", number + 1), format!("{:016x}", number + 1)));
    line
}

/// A processing of 10 ms.
pub(super) fn process(number: u64, millis: u64, request: &str, outcome: ProcessOutcome) -> Process {
    let mut line = Process::new(STREAM, SHARD, number.to_string(), outcome, at(millis), at(millis + 10));
    line.group = Some(format!("k{}", number % 3).into());
    line.function = Some("consumer".into());
    line.request_id = request.into();
    line
}

pub(super) fn read(numbers: &[u64], millis: u64) -> Happening {
    let records = numbers.iter().map(|number| record(*number, millis)).collect();
    Happening::Read { shard: SHARD.into(), records, millis_behind_latest: 0 }
}

pub(super) fn record(number: u64, millis: u64) -> Record {
    Record {
        partition_key: Some(format!("k{}", number % 3)),
        sequence_number: number.to_string().into(),
        data: Bytes::from(format!("{{\"n\":{number}}}")),
        arrival_millis: i64::try_from(at(millis).0 / 1_000).unwrap(),
    }
}

pub(super) fn began(invocation: u64, numbers: &[u64], cause: Cause, attempt: u32) -> Happening {
    let records = numbers.iter().map(|number| number.to_string().into()).collect();
    Happening::Began { invocation, shard: SHARD.into(), lane: 0, records, cause, attempt }
}

pub(super) fn ended(invocation: u64, answered: Answered, ignored: Option<u64>) -> Happening {
    Happening::Ended { invocation, answered, ignored: ignored.map(|number| number.to_string().into()) }
}

pub(super) fn failed(reason: &str) -> Answered {
    Answered::Failed { reason: reason.to_owned() }
}

pub(super) fn partial(from: u64) -> Answered {
    Answered::Partial { from: from.to_string().into() }
}

pub(super) fn discarded(numbers: &[u64]) -> Happening {
    let records: Vec<_> = numbers.iter().map(|number| record(*number, 0)).collect();
    Happening::Discarded(Discard {
        shard: SHARD.into(),
        first_sequence_number: records.first().unwrap().sequence_number.clone(),
        last_sequence_number: records.last().unwrap().sequence_number.clone(),
        batch_size: records.len(),
        condition: Discard::RETRY_ATTEMPTS_EXHAUSTED,
        reason: "it failed".into(),
        attempts: 1,
        invocation: None,
        function_failed: true,
        at: at(0),
        records,
    })
}
