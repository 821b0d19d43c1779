//! Histories written by hand, briefly: what is not said is as it should be.

use kinetrace::KeyNames;
use kinetrace::history::{Event, Process, ProcessOutcome, Produce, PutOutcome, Relation, Shard, Timestamp, TraceIds};
use kinetrace::{Order, ProducerId};

/// The middle of the hash space; group `a`, whose MD5 begins with 0c, is below it.
const MIDDLE: u128 = 1 << 127;

/// A history being written; its records belong to group `a` unless said otherwise.
#[derive(Default)]
pub(super) struct Story {
    pub(super) events: Vec<Event>,
}

impl Story {
    /// A stream with shard `low`, which holds group `a`, and shard `high`.
    pub(super) fn with_shards() -> Self {
        Self::default().shard("low", 0, MIDDLE - 1, &[]).shard("high", MIDDLE, u128::MAX, &[])
    }

    /// The shard `low` has been split; group `a` went to `child`.
    pub(super) fn with_split() -> Self {
        Self::with_shards().shard("child", 0, MIDDLE / 2 - 1, &["low"]).shard("twin", MIDDLE / 2, MIDDLE - 1, &["low"])
    }

    /// Both shards were merged, and the `merged` one was split: group `a` went from `low` over `merged` to `left`.
    pub(super) fn with_generations() -> Self {
        let merged = Self::with_shards().shard("merged", 0, u128::MAX, &["low", "high"]);
        merged.shard("left", 0, MIDDLE - 1, &["merged"]).shard("right", MIDDLE, u128::MAX, &["merged"])
    }

    /// Record `sequence` is put at `shard:number`, and processed from there.
    pub(super) fn through(self, sequence: u64, shard: &str, number: &str) -> Self {
        let put = self.put_but(sequence, number, |it| it.shard = Some(shard.into()));
        put.process_but(sequence, number, 100 * (sequence + 1), |it| it.shard = shard.into())
    }

    fn shard(mut self, shard: &str, first: u128, last: u128, parents: &[&str]) -> Self {
        let mut shard = Shard::new("flights", shard, first, last);
        shard.parents = parents.iter().map(|&parent| parent.into()).collect();
        self.events.push(Event::Shard(shard));
        self
    }

    /// Record `sequence` is put, and acknowledged at `low:number`.
    pub(super) fn put(self, sequence: u64, number: &str) -> Self {
        self.put_but(sequence, number, |_| ())
    }

    /// The same, except for what `change` makes of it.
    pub(super) fn put_but(mut self, sequence: u64, number: &str, change: impl FnOnce(&mut Produce)) -> Self {
        let mut produce =
            Produce::new("flights", "a", PutOutcome::Acknowledged, Timestamp(sequence), Timestamp(sequence + 1));
        produce.order = Some(Order { producer: ProducerId::from_bits(1), sequence });
        produce.shard = Some("low".into());
        produce.sequence_number = Some(number.into());
        produce.context = Some(context(sequence));
        produce.payload_crc32 = u32::try_from(sequence).unwrap();
        change(&mut produce);
        self.events.push(Event::Produce(produce));
        self
    }

    /// These records are put as one aggregate, in this order, and acknowledged at `low:number`.
    pub(super) fn pack(self, number: &str, records: &[u64]) -> Self {
        self.pack_but(number, records, |_| ())
    }

    /// The same, except for what `change` makes of each.
    pub(super) fn pack_but(self, number: &str, records: &[u64], change: impl Fn(&mut Produce)) -> Self {
        (0..).zip(records).fold(self, |story, (place, &record)| {
            story.put_but(record, number, |it| {
                it.sub_sequence_number = Some(place);
                change(it);
            })
        })
    }

    /// The records of an aggregate are processed from `low:number`, in this order, one after the other.
    pub(super) fn unpack(self, number: &str, records: &[u64], start: u64) -> Self {
        self.unpack_but(number, records, start, |_| ())
    }

    /// The same, except for what `change` makes of each.
    pub(super) fn unpack_but(self, number: &str, records: &[u64], start: u64, change: impl Fn(&mut Process)) -> Self {
        (0..).zip(records).fold(self, |story, (place, &record)| {
            story.process_but(record, number, start + 10 * place, |it| {
                it.sub_sequence_number = Some(place);
                change(it);
            })
        })
    }

    /// The last processing links to its sender's context.
    pub(super) fn link(mut self) -> Self {
        if let Some(Event::Process(process)) = self.events.last_mut() {
            process.relation = Some(Relation::Link);
        }
        self
    }

    /// Record `sequence` is processed from `low:number`, successfully, in 10 µs.
    pub(super) fn process(self, sequence: u64, number: &str, start: u64) -> Self {
        self.process_but(sequence, number, start, |_| ())
    }

    /// The same, except for what `change` makes of it.
    pub(super) fn process_but(
        mut self,
        sequence: u64,
        number: &str,
        start: u64,
        change: impl FnOnce(&mut Process),
    ) -> Self {
        let mut process =
            Process::new("flights", "low", number, ProcessOutcome::Succeeded, Timestamp(start), Timestamp(start + 10));
        process.group = Some("a".into());
        process.order = Some(Order { producer: ProducerId::from_bits(1), sequence });
        process.request_id = format!("request-{start}").into();
        process.format = "envelope".into();
        process.span = Some(TraceIds::new(context(sequence).trace_id, "00000000000000ff"));
        process.relation = Some(Relation::Parent);
        process.context = Some(context(sequence));
        process.payload_crc32 = u32::try_from(sequence).unwrap();
        change(&mut process);
        self.events.push(Event::Process(process));
        self
    }
}

/// The context that record `sequence` is produced with.
pub(super) fn context(sequence: u64) -> TraceIds {
    TraceIds::new(format!("{:032x}", sequence + 1), format!("{:016x}", sequence + 1))
}

pub(super) fn failed(process: &mut Process) {
    process.outcome = ProcessOutcome::Failed;
}

/// Given up by the business code.
pub(super) fn skipped_by_handler(process: &mut Process) {
    process.outcome = ProcessOutcome::SkippedByHandler;
}

/// Not handed to the business code, as a copy.
pub(super) fn skipped(process: &mut Process) {
    process.outcome = ProcessOutcome::Skipped;
}

pub(super) fn unknown(produce: &mut Produce) {
    (produce.outcome, produce.shard, produce.sequence_number) = (PutOutcome::Unknown, None, None);
}

/// The same story, told by who names keys by their hashes.
pub(super) fn hashed(mut story: Story) -> Story {
    // The MD5 of what this calls `a` is in the upper half of the hash space, and that of `a` in the lower.
    let names = KeyNames::keyed("0123456789abcde1").unwrap();
    for event in &mut story.events {
        match event {
            Event::Shard(_) | Event::Partitions(_) => {}
            Event::Produce(produce) => produce.group = names.name(&produce.group).into_owned(),
            Event::Process(process) => {
                process.group = process.group.as_deref().map(|key| names.name(key).as_ref().into());
            }
        }
    }
    story
}

/// Nothing tells it from others like it.
pub(super) fn plain(produce: &mut Produce) {
    (produce.context, produce.payload_crc32) = (None, 0);
}

/// The same, for its processing.
pub(super) fn bare(process: &mut Process) {
    (process.order, process.context, process.payload_crc32) = (None, None, 0);
}
