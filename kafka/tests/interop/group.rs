//! Handlers in a consumer group of Apache Kafka itself: an emulated one deals partitions before all members have given theirs back, or
//! refuses what they commit then.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kinetrace::{Propagators, Telemetry};
use kinetrace_consumer::{Consumer, Failure, Record, RecordLog};
use kinetrace_kafka::GroupConsumer;
use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};

use crate::broker::broker;

struct Member {
    stop: oneshot::Sender<()>,
    run: JoinHandle<()>,
}

impl Member {
    async fn stop(self) {
        let _ = self.stop.send(());
        self.run.await.unwrap();
    }
}

fn join<F>(topic: &str, handle: impl Fn(String) -> F + Clone + Send + Sync + 'static) -> Member
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let handler = move |record: Record| handle(String::from_utf8(record.payload.to_vec()).unwrap());
    let telemetry = Telemetry::new(None, Propagators::default());
    let consumer = Consumer::builder(handler).telemetry(telemetry).record_log(RecordLog::off()).build().unwrap();
    let mut config = broker().config();
    config.set("group.id", topic).set("auto.offset.reset", "earliest").set("heartbeat.interval.ms", "100");
    let (stop, stopped) = oneshot::channel::<()>();
    let topic = topic.to_owned();
    let run = tokio::spawn(async move {
        let stop = async { drop(stopped.await) };
        GroupConsumer::new(&config, consumer).run(&[&topic], stop).await.unwrap();
    });
    Member { stop, run }
}

fn committed(topic: &str, partition: i32) -> Option<Offset> {
    let consumer: BaseConsumer = broker().config().set("group.id", topic).create().unwrap();
    let mut list = TopicPartitionList::new();
    list.add_partition(topic, partition);
    let list = consumer.committed_offsets(list, Duration::from_secs(30)).unwrap();
    list.find_partition(topic, partition).map(|it| it.offset())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn when_a_member_joins_each_record_is_handed_over_once_and_in_order() {
    let topic = broker().topic(2).await;
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let of = |partition: i32| -> Vec<String> {
        let begin = format!("{partition}:");
        seen.lock().unwrap().iter().filter(|it| it.starts_with(&begin)).cloned().collect()
    };
    let handler = |counts: Arc<AtomicUsize>| {
        let seen = Arc::clone(&seen);
        move |payload: String| {
            let (seen, counts) = (Arc::clone(&seen), Arc::clone(&counts));
            async move {
                seen.lock().unwrap().push(format!("{payload} begins"));
                yield_now().await;
                seen.lock().unwrap().push(format!("{payload} ends"));
                counts.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        }
    };
    let by_second = Arc::new(AtomicUsize::new(0));
    let first = join(&topic, handler(Arc::default()));
    let producer: FutureProducer = broker().config().set("enable.idempotence", "true").create().unwrap();
    let (mut second, mut sent) = (None, 0);
    // Until the second member has a partition, and the first has gone on.
    while by_second.load(Ordering::SeqCst) < 10 {
        for partition in 0..2 {
            let payload = format!("{partition}:{sent}");
            let record = FutureRecord::to(&topic).key("N14228").payload(&payload).partition(partition);
            producer.send(record, Timeout::Never).await.unwrap();
        }
        sent += 1;
        if second.is_none() && !of(0).is_empty() {
            second = Some(join(&topic, handler(Arc::clone(&by_second))));
        }
    }
    first.stop().await;
    second.unwrap().stop().await;

    for partition in 0..2 {
        let seen = of(partition);
        let records = seen.len() / 2;
        let expected: Vec<_> =
            (0..records).flat_map(|number| ["begins", "ends"].map(|it| format!("{partition}:{number} {it}"))).collect();
        assert!(seen == expected, "not each once and in order: {:?}", seen.iter().zip(&expected).find(|(a, b)| a != b));
        assert_eq!(committed(&topic, partition), Some(Offset::Offset(records as i64)), "as far as it got");
    }
}
