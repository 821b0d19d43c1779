//! What a bad record costs: itself, with the settings that the template ships, whatever the batch size.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kinetrace::history::{Event, Produce};
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Settings, Stream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::Kinesis;

use crate::bad_record::{Bad, Damaging, payload};
use crate::bootstrap;
use crate::cost::Run;
use crate::function::Watched;
use crate::log::Log;
use crate::stream::{self, fill_in_turn};
use crate::table::CORES;

/// Far more than a row takes.
const LIMIT: Duration = Duration::from_secs(120);

/// Batch size, and how many records there are.
const SIZES: [(usize, usize); 4] = [(1, 40), (10, 60), (100, 300), (1_000, 1_300)];

/// Instead of the template's ten, for time: the mapping waits twice as long before each.
const ATTEMPTS: u32 = 5;

/// ParallelizationFactor, and records at once in an invocation.
const FACTORS: [(usize, usize); 3] = [(1, 1), (2, 4), (10, 1)];

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_record_fails_only_itself_at_every_batch_size_and_factor() {
    let _cores = CORES.lock().await;
    let (mut table, mut faults) = (vec![Run::heading()], Vec::new());
    for (batch_size, records) in SIZES {
        let stream = Filled::new(batch_size, records).await;
        for (parallelization_factor, at_once) in FACTORS {
            let settings = Settings {
                batch_size,
                parallelization_factor,
                maximum_retry_attempts: Some(ATTEMPTS),
                seed: 7,
                ..Settings::of_template()
            };
            let run = tokio::time::timeout(LIMIT, stream.process(settings.clone(), at_once)).await;
            let run = run.unwrap_or_else(|_| panic!("not done within {LIMIT:?}: {settings:?}"));
            table.push(run.row(&stream, &settings, at_once));
            faults.extend(run.faults(&stream, &settings).iter().map(|fault| format!("{fault}; {settings:?}")));
        }
    }
    println!("\n{}\n", table.join("\n"));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// A stream of one shard, in which some records are bad.
pub(crate) struct Filled {
    kinesis: Kinesis,
    collector: Collector,
    pub(crate) shards: Vec<Event>,
    pub(crate) produced: Vec<Produce>,
    pub(crate) bad: BTreeMap<usize, Bad>,
}

impl Filled {
    async fn new(batch_size: usize, records: usize) -> Self {
        let bad = bad(batch_size, records);
        let payloads: Vec<_> = (0..records).map(|number| payload(number, bad.get(&number))).collect();
        let (kinesis, collector) = (Kinesis::start().await.unwrap(), Collector::start().await.unwrap());
        let (shards, produced) = fill_in_turn(&kinesis.client(), &payloads, collector.endpoint()).await;
        Self { kinesis, collector, shards, produced, bad }
    }

    /// The sequence numbers of these records.
    pub(crate) fn numbers<'a>(&self, numbers: impl IntoIterator<Item = &'a usize>) -> BTreeSet<String> {
        numbers.into_iter().map(|number| self.sequence_number(*number)).collect()
    }

    /// How many records come again until they are discarded.
    pub(crate) fn discarded(&self) -> usize {
        self.bad.values().filter(|bad| bad.is_discarded()).count()
    }

    fn sequence_number(&self, number: usize) -> String {
        self.produced[number].sequence_number.as_ref().unwrap().to_string()
    }

    async fn process(&self, settings: Settings, at_once: usize) -> Run {
        let begin = Instant::now();
        let mut configuration = bootstrap::configuration_for_bad_records(self.collector.endpoint());
        configuration.env.push(("KINETRACE_MAX_CONCURRENCY".to_owned(), at_once.to_string()));
        let (mut log, lines) = Log::new();
        let watched = Watched::new(Function::new(configuration, lines));
        let bad: HashMap<_, _> = self.bad.iter().map(|(number, bad)| (self.sequence_number(*number), *bad)).collect();
        let function = Arc::new(Damaging { watched: watched.clone(), bad });
        let stream = Stream { name: stream::NAME.to_owned(), arn: stream::ARN.to_owned() };
        let mapping = EventSourceMapping::start(self.kinesis.client(), stream, settings, function).unwrap();
        let place = |line: &Produce| (line.shard.clone().unwrap(), line.sequence_number.clone().unwrap());
        tokio::select! {
            drained = mapping.drain(self.produced.iter().map(place)) => drained.unwrap(),
            () = log.read(Some(&watched.function)) => panic!("the log ended before the function"),
        }
        let report = mapping.stop().await;
        watched.function.shutdown().await;
        let endings = watched.endings();
        drop(watched);
        log.read(None).await;
        Run { events: log.events, complaints: log.complaints, endings, report, time: begin.elapsed() }
    }
}

/// The first, the middle and the last of a batch, neighbours, and the same in the next batch; each kind in several places.
fn bad(batch_size: usize, records: usize) -> BTreeMap<usize, Bad> {
    let (middle, last, first) = match batch_size {
        1 => (5, 11, 12),
        _ => (batch_size / 2, batch_size - 1, batch_size),
    };
    BTreeMap::from([
        (0, Bad::Fails),
        (1, Bad::Skipped),
        (middle, Bad::DoesNotFit),
        (middle + 1, Bad::Panics),
        (last - 1, Bad::Unreadable),
        (last, Bad::Fails),
        (first, Bad::Unreadable),
        (first + 1, Bad::DoesNotFit),
        (first + 2, Bad::Skipped),
        (first + 3, Bad::Unidentified),
        (records - 1, Bad::Panics),
    ])
}
