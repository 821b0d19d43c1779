//! What mappings are not done with, and what the streams may therefore forget.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace_testbed::event_source_mapping::Pending;
use kinetrace_testbed::kinesis::Kinesis;
use tokio::sync::mpsc::{self, Sender};

/// Of each shard, so many records stay although they are settled, for those who look into the stream.
const KEPT: usize = 1_000;

/// Records of a stream's shard through this number.
type Through = (String, String, SequenceNumber);

#[derive(Debug)]
pub(super) struct Backlog {
    /// With the stream of each.
    mappings: Vec<(String, Pending)>,
    /// The records of each stream and shard that have not been forgotten, in the shard's order.
    stored: HashMap<(String, String), VecDeque<SequenceNumber>>,
    trimmer: Sender<Vec<Through>>,
}

impl Backlog {
    pub(super) fn new(mappings: Vec<(String, Pending)>, kinesis: Arc<Kinesis>) -> Self {
        let (trimmer, mut asked) = mpsc::channel::<Vec<Through>>(1);
        // A task of its own: it has to wait for puts, and nothing should wait for it.
        tokio::spawn(async move {
            while let Some(shards) = asked.recv().await {
                for (stream, shard, number) in shards {
                    kinesis.trim(&stream, &shard, &number).await;
                }
            }
        });
        Self { mappings, stored: HashMap::new(), trimmer }
    }

    /// A record was put.
    pub(super) fn add(&mut self, stream: &str, shard: &str, number: &SequenceNumber) {
        for (_, pending) in self.mappings.iter_mut().filter(|(read, _)| read == stream) {
            pending.add(shard, number);
        }
        let stored = self.stored.entry((stream.to_owned(), shard.to_owned())).or_default();
        // Answers may come in another order than records.
        let place = stored.iter().rposition(|other| other < number).map_or(0, |place| place + 1);
        if stored.get(place) != Some(number) {
            stored.insert(place, number.clone());
        }
    }

    /// How many records wait for a mapping, as of the latest look.
    pub(super) fn waiting(&self) -> usize {
        self.mappings.iter().map(|(_, pending)| pending.len()).sum()
    }

    /// The records that wait for a mapping.
    pub(super) fn records(&self) -> impl Iterator<Item = (&str, String, SequenceNumber)> {
        self.mappings.iter().flat_map(|(stream, pending)| {
            pending.records().into_iter().map(move |(shard, number)| (stream.as_str(), shard, number))
        })
    }

    /// Looks how far the mappings are, and has the streams forget what is settled.
    pub(super) fn look(&mut self) {
        self.mappings.iter_mut().for_each(|(_, pending)| pending.refresh());
        let Ok(place) = self.trimmer.try_reserve() else { return };
        let settled = Settled::of(&self.mappings);
        let mut through = Vec::new();
        for ((stream, shard), stored) in &mut self.stored {
            let more = stored.len().saturating_sub(KEPT);
            let forgotten = stored.iter().take(more).take_while(|number| settled.has(stream, shard, number)).count();
            if let Some(last) = stored.drain(..forgotten).next_back() {
                through.push((stream.clone(), shard.clone(), last));
            }
        }
        if !through.is_empty() {
            place.send(through);
        }
    }
}

/// How far each mapping of each stream has come.
struct Settled<'m>(Vec<(&'m str, HashMap<String, SequenceNumber>)>);

impl<'m> Settled<'m> {
    fn of(mappings: &'m [(String, Pending)]) -> Self {
        let of_mapping = |(stream, pending): &'m (String, Pending)| {
            (stream.as_str(), pending.settled_through().into_iter().collect())
        };
        Self(mappings.iter().map(of_mapping).collect())
    }

    /// Whether all mappings of the stream are done with the record.
    fn has(&self, stream: &str, shard: &str, number: &SequenceNumber) -> bool {
        let mut of_stream = self.0.iter().filter(|(read, _)| *read == stream);
        of_stream.all(|(_, shards)| shards.get(shard).is_some_and(|through| number <= through))
    }
}

#[cfg(test)]
mod tests {
    use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Invoke, Settings, Stream};
    use kinetrace_testbed::kinesis::create_stream;

    use super::*;

    struct Idle;

    impl Invoke for Idle {
        type Error = std::convert::Infallible;

        async fn invoke(&self, _: bytes::Bytes) -> Result<bytes::Bytes, Self::Error> {
            Ok(bytes::Bytes::new())
        }
    }

    #[tokio::test]
    async fn only_what_is_put_into_a_stream_that_a_mapping_reads_is_waited_for() {
        let kinesis = Arc::new(Kinesis::start().await.unwrap());
        create_stream(&kinesis.client(), "read", 1).await.unwrap();
        let stream = Stream { name: "read".to_owned(), arn: "arn:aws:kinesis:us-east-1:0:stream/read".to_owned() };
        let mapping = EventSourceMapping::start(kinesis.client(), stream, Settings::default(), Arc::new(Idle)).unwrap();
        let mut backlog = Backlog::new(vec![("read".to_owned(), mapping.pending())], kinesis);
        for (stream, waiting) in [("other", 0), ("read", 1), ("other", 1)] {
            backlog.add(stream, "shardId-000000000000", &"1".into());
            backlog.look();
            assert_eq!(backlog.waiting(), waiting, "{stream}");
        }
        mapping.stop().await;
    }
}
