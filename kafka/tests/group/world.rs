//! A broker in this process with records in it, and handlers that tell what they were given.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kinetrace_consumer::{Consumer, Failure, Record, RecordLog};
use kinetrace_kafka::{GroupConsumer, Propagation, Traced};
use kinetrace_testing::Recorder;
use krafka::testing::FakeBroker;
use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

const TOPIC: &str = "flights";
const GROUP: &str = "departures";

pub(crate) struct World {
    pub(crate) broker: FakeBroker,
    pub(crate) recorder: Recorder,
    producer: Traced<FutureProducer>,
}

impl World {
    pub(crate) async fn new(partitions: i32) -> Self {
        let (broker, recorder) = (FakeBroker::start().await.unwrap(), Recorder::new());
        broker.create_topic(TOPIC, partitions);
        let mut config = config(&broker.bootstrap_servers());
        let producer: FutureProducer = config.set("enable.idempotence", "true").create().unwrap();
        let propagation = Propagation::new().telemetry(&recorder.telemetry());
        Self { producer: Traced::with(producer, &propagation), broker, recorder }
    }

    /// Its payload is `<partition>:<number>`, the number being that of its offset.
    pub(crate) async fn send(&self, partition: i32, numbers: std::ops::Range<i64>) {
        let queue = |number| {
            let payload = format!("{partition}:{number}");
            let record = FutureRecord::to(TOPIC).key("N14228").payload(&payload).partition(partition);
            self.producer.send_result(record).map_err(|(error, _)| error).unwrap()
        };
        for (number, delivery) in numbers.map(|number| (number, queue(number))).collect::<Vec<_>>() {
            assert_eq!(delivery.await.unwrap().unwrap().offset, number);
        }
    }

    pub(crate) fn committed(&self, partition: i32) -> Option<i64> {
        self.broker.committed_offset(GROUP, TOPIC, partition)
    }

    /// A member of the group that hands each record to `handle`, until it is stopped.
    pub(crate) fn join<F>(&self, handle: impl Fn(String) -> F + Clone + Send + Sync + 'static) -> Member
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.join_with(Duration::from_secs(30), &[], handle)
    }

    /// With so much patience for handlers.
    pub(crate) fn join_with_patience<F>(
        &self,
        patience: Duration,
        handle: impl Fn(String) -> F + Clone + Send + Sync + 'static,
    ) -> Member
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.join_with(patience, &[], handle)
    }

    /// With settings of librdkafka's.
    pub(crate) fn join_with<F>(
        &self,
        patience: Duration,
        settings: &[(&str, &str)],
        handle: impl Fn(String) -> F + Clone + Send + Sync + 'static,
    ) -> Member
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let handler = move |record: Record| handle(String::from_utf8(record.payload.to_vec()).unwrap());
        let consumer = Consumer::builder(handler).telemetry(self.recorder.telemetry()).record_log(RecordLog::off());
        let mut config = config(&self.broker.bootstrap_servers());
        config.set("group.id", GROUP).set("session.timeout.ms", "6000").set("heartbeat.interval.ms", "100");
        for (name, value) in settings {
            config.set(*name, *value);
        }
        let group = GroupConsumer::new(&config, consumer.build().unwrap())
            .backoff(Duration::from_millis(1), Duration::from_millis(1))
            .revocation_patience(patience);
        let (stop, stopped) = oneshot::channel::<()>();
        let run = tokio::spawn(async move {
            let stop = async { drop(stopped.await) };
            group.run(&[TOPIC], stop).await.unwrap();
        });
        Member { stop, run }
    }
}

fn config(servers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", servers);
    config
}

pub(crate) struct Member {
    stop: oneshot::Sender<()>,
    run: JoinHandle<()>,
}

impl Member {
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        self.run.await.unwrap();
    }
}

/// What handlers were given, in the order in which they were.
#[derive(Clone)]
pub(crate) struct Seen {
    all: Arc<Mutex<Vec<String>>>,
    tell: mpsc::UnboundedSender<()>,
}

impl Seen {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<()>) {
        let (tell, told) = mpsc::unbounded_channel();
        (Self { all: Arc::default(), tell }, told)
    }

    pub(crate) fn note(&self, what: String) {
        self.all.lock().unwrap().push(what);
        let _ = self.tell.send(());
    }

    /// Those of a partition.
    pub(crate) fn of(&self, partition: i32) -> Vec<String> {
        let begin = format!("{partition}:");
        self.all.lock().unwrap().iter().filter(|it| it.starts_with(&begin)).cloned().collect()
    }
}

pub(crate) async fn wait_for(told: &mut mpsc::UnboundedReceiver<()>, times: usize) {
    for _ in 0..times {
        told.recv().await.unwrap();
    }
}
