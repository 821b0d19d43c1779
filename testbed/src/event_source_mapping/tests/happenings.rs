//! What a mapping tells its watcher.

use std::collections::BTreeMap;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;

/// A function that notes the numbers of its invocations.
struct Numbered<F> {
    fake: Arc<Fake<F>>,
    numbers: Mutex<Vec<u64>>,
}

impl<F: Fn(usize, &[String]) -> Result<String, String> + Send + Sync + 'static> Invoke for Numbered<F> {
    type Error = String;

    async fn invoke(&self, _: Bytes) -> Result<Bytes, String> {
        Err("without a number".into())
    }

    async fn invoke_numbered(&self, invocation: u64, event: Bytes) -> Result<Bytes, String> {
        self.numbers.lock().unwrap().push(invocation);
        self.fake.invoke(event).await
    }
}

/// What was told so far, in words; reads that brought nothing are left out, and numbers are those of the keys.
fn told(
    happenings: &mut UnboundedReceiver<(Timestamp, Happening)>,
    records: &[(String, SequenceNumber)],
) -> Vec<String> {
    let key = |number: &SequenceNumber| records.iter().position(|(_, it)| it == number).unwrap().to_string();
    let keys = |numbers: &[SequenceNumber]| numbers.iter().map(key).collect::<String>();
    let mut words = Vec::new();
    while let Ok((_, happening)) = happenings.try_recv() {
        words.push(match happening {
            Happening::Read { records, .. } if records.is_empty() => continue,
            Happening::Read { records, .. } => {
                format!("read {}", keys(&records.into_iter().map(|record| record.sequence_number).collect::<Vec<_>>()))
            }
            Happening::Filtered { records, .. } => format!("filtered {}", keys(&records)),
            Happening::Began { invocation, lane, records, cause, attempt, .. } => {
                format!("{invocation} began with {} in lane {lane}: {cause:?} {attempt}", keys(&records))
            }
            Happening::Ended { invocation, answered, ignored } => {
                let answered = match answered {
                    Answered::Succeeded => "succeeded".to_owned(),
                    Answered::Partial { from } => format!("left {}", key(&from)),
                    Answered::Failed { reason } => reason,
                };
                let ignored = ignored.map(|number| format!(", ignored {}", key(&number))).unwrap_or_default();
                format!("{invocation} ended: {answered}{ignored}")
            }
            Happening::Discarded(discard) => format!("discarded {}: {}", discard.batch_size, discard.reason),
            Happening::Failed(error) => error.to_string(),
            Happening::ShardStarted { shard } => format!("started {}", &shard[19..]),
            Happening::ShardEnded { shard } => format!("ended {}", &shard[19..]),
        });
    }
    words
}

async fn three_records() -> (Kinesis, Vec<(String, SequenceNumber)>) {
    let kinesis = Kinesis::start().await.unwrap();
    create_stream(&kinesis.client(), "flights", 1).await.unwrap();
    let records = put(&kinesis.client(), 0..3).await;
    (kinesis, records)
}

#[tokio::test]
async fn each_step_of_a_batch_is_told_in_its_order() {
    let (kinesis, records) = three_records().await;
    split(&kinesis.client()).await;
    let second = records[1].1.to_string();
    let fake = fake(move |_, keys| match keys.len() {
        3 => Err("boom".into()),
        2 => Ok(format!(r#"{{"batchItemFailures":[{{"itemIdentifier":"{second}"}}]}}"#)),
        _ if keys == ["0"] => Ok("null".into()),
        _ => Err("bad".into()),
    });
    let function = Arc::new(Numbered { fake, numbers: Mutex::default() });
    let settings = Settings { maximum_retry_attempts: Some(1), ..Settings::of_template() };
    let settings = Settings { batch_size: 3, ..settings };
    let (watcher, mut happenings) = unbounded_channel();
    let mapping =
        EventSourceMapping::start_watched(kinesis.client(), stream(), settings, Arc::clone(&function), watcher)
            .unwrap();
    mapping.drain(records.clone()).await.unwrap();
    mapping.stop().await;
    let told = told(&mut happenings, &records);
    let expected = [
        "started 0",
        "read 012",
        "0 began with 012 in lane 0: Fresh 0",
        "0 ended: the function failed: boom",
        "1 began with 0 in lane 0: Bisected 0",
        "1 ended: succeeded",
        "2 began with 12 in lane 0: Bisected 0",
        "2 ended: left 1",
        "3 began with 12 in lane 0: Retry 1",
        "3 ended: left 1",
        "discarded 2: the function reported records as failed",
    ];
    assert_eq!(told[..expected.len()], expected);
    assert_eq!(*function.numbers.lock().unwrap(), [0, 1, 2, 3]);
}

#[tokio::test]
async fn failures_that_are_not_looked_at_are_told() {
    let (kinesis, records) = three_records().await;
    let item = |number: &SequenceNumber| format!(r#"{{"itemIdentifier":"{number}"}}"#);
    let answer = format!(r#"{{"batchItemFailures":[{},{}]}}"#, item(&records[2].1), item(&records[1].1));
    let (watcher, mut happenings) = unbounded_channel();
    let function = fake(move |_, _| Ok(answer.clone()));
    let mapping =
        EventSourceMapping::start_watched(kinesis.client(), stream(), Settings::default(), function, watcher).unwrap();
    mapping.drain(records.clone()).await.unwrap();
    let told = told(&mut happenings, &records);
    assert!(told.contains(&"0 ended: succeeded, ignored 1".to_owned()), "{told:?}");
}

#[tokio::test]
async fn concurrent_batches_of_a_shard_have_lanes_of_their_own() {
    let kinesis = Kinesis::start().await.unwrap();
    create_stream(&kinesis.client(), "flights", 1).await.unwrap();
    let records = put(&kinesis.client(), 0..40).await;
    let (watcher, mut happenings) = unbounded_channel();
    let settings = Settings { batch_size: 1, parallelization_factor: 4, ..Settings::default() };
    let function = fake(|_, _| Ok(String::new()));
    let mapping = EventSourceMapping::start_watched(kinesis.client(), stream(), settings, function, watcher).unwrap();
    mapping.drain(records).await.unwrap();
    let (mut open, mut seen) = (BTreeMap::new(), [0; 4]);
    while let Ok((_, happening)) = happenings.try_recv() {
        match happening {
            Happening::Began { invocation, lane, .. } => {
                assert!(!open.values().any(|&taken| taken == lane), "lane {lane} is taken");
                seen[lane] += 1;
                open.insert(invocation, lane);
            }
            Happening::Ended { invocation, .. } => drop(open.remove(&invocation)),
            _ => {}
        }
    }
    assert!(seen[0] > 0 && seen[3] > 0 && seen.iter().sum::<usize>() == 40, "{seen:?}");
}

#[tokio::test]
async fn a_batch_that_succeeded_goes_once_more_on_demand() {
    let (kinesis, records) = three_records().await;
    let (watcher, mut happenings) = unbounded_channel();
    let function = fake(|_, _| Ok(String::new()));
    let settings = Settings { batch_size: 2, ..Settings::default() };
    let mapping =
        EventSourceMapping::start_watched(kinesis.client(), stream(), settings, Arc::clone(&function), watcher)
            .unwrap();
    mapping.drain(records.clone()).await.unwrap();
    assert!(mapping.redeliver(0) && !mapping.redeliver(99));
    loop {
        let (_, happening) = happenings.recv().await.unwrap();
        if let Happening::Began { cause: Cause::Redelivery, records: again, attempt, .. } = happening {
            assert_eq!((again, attempt), (vec![records[0].1.clone(), records[1].1.clone()], 0));
            break;
        }
    }
    mapping.stop().await;
    assert_eq!(function.done(), ["0", "1", "2", "0", "1"]);
}
