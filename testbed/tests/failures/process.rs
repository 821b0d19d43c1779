//! One run: records, a mapping, and a consumer in real processes that fails as planned.

use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace::history::{Event, Produce};
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Stream, kafka};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::Kinesis;

use crate::bootstrap;
use crate::cell::Cell;
use crate::failure::Plan;
use crate::function::{Endings, Watched};
use crate::log::Log;
use crate::mapping::{Retried, Source};
use crate::{stream, topic};

/// All that is left of a run.
pub(crate) struct Remains {
    pub(crate) plan: Plan,
    pub(crate) produced: Vec<Produce>,
    pub(crate) events: Vec<Event>,
    pub(crate) complaints: Vec<String>,
    pub(crate) endings: Endings,
    pub(crate) collector: Collector,
}

pub(crate) async fn process(cell: Cell, plan: Plan) -> Remains {
    let collector = Collector::start().await.unwrap();
    match cell.mapping.source {
        Source::Stream { parallelization_factor, packed } => {
            process_stream(cell, plan, collector, parallelization_factor, packed).await
        }
        Source::Topic(retried) => process_topic(cell, plan, collector, retried).await,
    }
}

async fn process_stream(cell: Cell, plan: Plan, collector: Collector, factor: usize, packed: bool) -> Remains {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    // Before a reader starts, so that batches are full, and have a middle.
    let (shards, produced) = stream::fill(&client, cell.mapping.records, packed, collector.endpoint()).await;
    let run = Run::new(cell, &plan, &collector, Vec::new());
    let stream = Stream { name: stream::NAME.to_owned(), arn: stream::ARN.to_owned() };
    let settings = cell.mapping.of_stream(factor, cell.seed);
    let mapping = EventSourceMapping::start(client, stream, settings, run.invoker()).unwrap();
    run.finish(mapping, plan, shards, produced, collector).await
}

async fn process_topic(cell: Cell, plan: Plan, collector: Collector, retried: Retried) -> Remains {
    let (log, produced) = topic::fill(cell.mapping.records, collector.endpoint()).await;
    let answer = ("KINETRACE_KAFKA_ANSWER".to_owned(), retried.answer().to_owned());
    let run = Run::new(cell, &plan, &collector, vec![answer]);
    // Where every attempt at a record is counted, none may come again.
    let settings = cell.mapping.of_topic(retried, cell.seed, !cell.kind.is_skip());
    let mapping = kafka::start(Arc::new(log), settings, run.invoker()).unwrap();
    run.finish(mapping, plan, Vec::new(), produced, collector).await
}

/// A function at work.
struct Run {
    cell: Cell,
    watched: Watched,
    log: Log,
}

impl Run {
    fn new(cell: Cell, plan: &Plan, collector: &Collector, env: Vec<(String, String)>) -> Self {
        let mut configuration = bootstrap::configuration(plan, collector.endpoint());
        configuration.env.push(("KINETRACE_MAX_CONCURRENCY".to_owned(), cell.mapping.at_once.to_string()));
        configuration.env.extend(env);
        let (log, lines) = Log::new();
        Self { cell, watched: Watched::new(Function::new(configuration, lines)), log }
    }

    fn invoker(&self) -> Arc<Watched> {
        Arc::new(self.watched.clone())
    }

    /// Waits until all that was produced is processed, and ends the mapping and the function.
    async fn finish<D: Clone>(
        self,
        mapping: EventSourceMapping<D>,
        plan: Plan,
        mut events: Vec<Event>,
        produced: Vec<Produce>,
        collector: Collector,
    ) -> Remains {
        let Self { cell, watched, mut log } = self;
        let place = |line: &Produce| -> (String, SequenceNumber) {
            (line.shard.clone().unwrap(), line.sequence_number.clone().unwrap())
        };
        tokio::select! {
            drained = mapping.drain(produced.iter().map(place)) => drained.unwrap_or_else(|error| panic!("{error}: {cell}")),
            () = log.read(Some(&watched.function)) => panic!("the log ended before the function: {cell}"),
        }
        mapping.stop().await;
        watched.function.shutdown().await;
        let endings = watched.endings();
        drop(watched);
        log.read(None).await;
        events.extend(produced.iter().cloned().map(Event::Produce));
        events.append(&mut log.events);
        Remains { plan, produced, events, complaints: log.complaints, endings, collector }
    }
}
