//! Everything that is seen from outside, and what it comes to in lines.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::history::{Event, Process, Produce, Timestamp};
use kinetrace::{Propagators, SequenceNumber};
use kinetrace_testbed::event_source_mapping::{Happening, Record};
use kinetrace_testbed::function::FunctionHappening;
use kinetrace_testbed::kinesis::puts::Put;

use super::bodies::Bodies;
use super::numbered::mapping_of;
use super::outside::{Invocations, Known, Mapped, Part, Puts, SeenPut, parts};

/// What is seen of puts, mappings and functions.
#[derive(Debug)]
pub(super) struct Witness {
    mappings: Vec<Mapped>,
    puts: Puts,
    invocations: Invocations,
    known: Known,
    bodies: Bodies,
    propagators: Propagators,
}

impl Witness {
    pub(super) fn new(mappings: Vec<Mapped>) -> Self {
        Self {
            puts: Puts::new(fastrand::u64(..)),
            invocations: Invocations::new(mappings.clone()),
            mappings,
            known: Known::default(),
            bodies: Bodies::default(),
            propagators: Propagators::default(),
        }
    }

    /// The mapping at this place.
    pub(super) fn mapped(&self, mapping: usize) -> Option<&Mapped> {
        self.mappings.get(mapping)
    }

    /// A client has put a record; `stored` is told if the stream has it.
    pub(super) fn put(&mut self, put: Put, now: u64, stored: impl FnOnce(&str, &str, &SequenceNumber)) {
        let Put { stream, partition_key, explicit_hash_key, data, started, ended, answer, access_key, .. } = put;
        let parts: Arc<[Part]> = parts(&data, &partition_key, &self.propagators).into();
        let answer = answer.map(|(shard, number)| (Arc::<str>::from(shard), number));
        if let Ok((shard, number)) = &answer {
            self.known.add(&stream, shard, number, Arc::clone(&parts));
            self.bodies.add(shard, number, data);
            stored(&stream, shard, number);
        }
        let (stream, access_key) = (stream.into(), access_key.into());
        self.puts.outside(&SeenPut { stream, access_key, explicit_hash_key, started, ended, answer, parts }, now);
    }

    /// A mapping did something.
    pub(super) fn mapping(&mut self, mapping: usize, at: Timestamp, happening: &Happening, now: u64) {
        if let Happening::Read { shard, records, .. } = happening {
            self.read(mapping, shard, records);
        }
        self.invocations.outside(mapping, (at, now), happening, &self.known);
    }

    /// Something happened in an environment.
    pub(super) fn function(&mut self, at: Timestamp, happening: &FunctionHappening, now: u64) {
        if let FunctionHappening::Began { request_id, number: Some(number), .. } = happening {
            self.invocations.handed_out(mapping_of(*number), request_id, at, now);
        }
    }

    /// A line of the producer or the function itself has come. Returns whether it counts: it came in time.
    pub(super) fn own(&mut self, line: &Event, access_key: &Arc<str>) -> bool {
        match line {
            Event::Produce(line) => self.puts.own(line, access_key),
            Event::Process(line) => self.invocations.own(line),
            _ => false,
        }
    }

    /// The lines that have waited long enough for others.
    pub(super) fn due(&mut self, now: u64) -> (Vec<Produce>, Vec<Process>) {
        (self.puts.due(now), self.invocations.due(now))
    }

    /// All lines that wait: nothing more will come.
    pub(super) fn rest(&mut self) -> (Vec<Produce>, Vec<Process>) {
        (self.puts.rest(), self.invocations.rest())
    }

    /// What the stream has of the record of a put, if that was lately.
    pub(super) fn data(&self, line: &Produce) -> Option<Bytes> {
        self.bodies.get(line.shard.as_ref()?, line.sequence_number.as_ref()?)
    }

    /// The id of the request of an invocation, if it is not long over.
    pub(super) fn request_id(&self, mapping: usize, invocation: u64) -> Option<Arc<str>> {
        self.invocations.request_id(mapping, invocation)
    }

    /// Records that were put long ago, or before this watched.
    fn read(&mut self, mapping: usize, shard: &str, records: &[Record]) {
        let Some(Mapped { stream, .. }) = self.mappings.get(mapping) else { return };
        for record in records {
            if !self.known.has(stream, shard, &record.sequence_number) {
                let key = record.partition_key.as_deref().unwrap_or_default();
                let parts = parts(&record.data, key, &self.propagators);
                self.known.add(stream, shard, &record.sequence_number, parts.into());
            }
        }
    }
}
