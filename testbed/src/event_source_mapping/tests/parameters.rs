//! Settings at work, against the embedded Kinesis.

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;

/// A stream of one shard.
pub(super) async fn kinesis() -> Kinesis {
    let kinesis = Kinesis::start().await.unwrap();
    create_stream(&kinesis.client(), "flights", 1).await.unwrap();
    kinesis
}

pub(super) fn start<I: Invoke>(
    kinesis: &Kinesis,
    settings: Settings,
    function: &Arc<I>,
) -> (EventSourceMapping, UnboundedReceiver<(Timestamp, Happening)>) {
    let (watcher, happenings) = unbounded_channel();
    let function = Arc::clone(function);
    let mapping = EventSourceMapping::start_watched(kinesis.client(), stream(), settings, function, watcher);
    (mapping.unwrap(), happenings)
}

/// As AWS reads a shard.
fn slowly() -> Settings {
    Settings { poll_interval: Duration::from_secs(1), ..Settings::default() }
}

#[tokio::test]
async fn records_that_no_filter_means_are_done_without_an_invocation() {
    let kinesis = kinesis().await;
    let acknowledged = put(&kinesis.client(), 0..4).await;
    let function = fake(|_, _| Ok(String::new()));
    let filters = Filters::new(&[r#"{"partitionKey": ["1", "2"]}"#.to_owned()]).unwrap();
    let (mapping, mut happenings) = start(&kinesis, Settings { filters, ..Settings::default() }, &function);
    mapping.drain(acknowledged.clone()).await.unwrap();
    assert_eq!(function.done(), ["1", "2"]);
    let filtered = loop {
        if let Happening::Filtered { records, .. } = happenings.recv().await.unwrap().1 {
            break records;
        }
    };
    assert_eq!(filtered, [acknowledged[0].1.clone(), acknowledged[3].1.clone()]);
}

#[tokio::test(start_paused = true)]
async fn records_are_gathered_for_the_batching_window() {
    let kinesis = kinesis().await;
    let function = fake(|_, _| Ok(String::new()));
    let settings = Settings { maximum_batching_window: Duration::from_secs(20), ..slowly() };
    let (mapping, mut happenings) = start(&kinesis, settings, &function);
    let acknowledged = put(&kinesis.client(), 0..3).await;
    mapping.drain(acknowledged).await.unwrap();
    let (mut read, mut began) = (None, None);
    while let Ok((_, happening)) = happenings.try_recv() {
        match happening {
            Happening::Read { records, .. } => read = read.or((!records.is_empty()).then_some(())),
            Happening::Began { records, .. } => began = Some(records.len()),
            _ => {}
        }
    }
    assert_eq!((read, began), (Some(()), Some(3)));
}

#[tokio::test(start_paused = true)]
async fn records_older_than_the_maximum_age_are_discarded_with_their_condition() {
    let kinesis = kinesis().await;
    let acknowledged = put(&kinesis.client(), 0..3).await;
    let function = fake(|_, _| Err("always".into()));
    let settings = Settings { maximum_record_age: Some(Duration::from_secs(60)), ..slowly() };
    let (mapping, _happenings) = start(&kinesis, settings, &function);
    mapping.drain(acknowledged).await.unwrap();
    let report = mapping.stop().await;
    let discards: Vec<_> = report.discards.iter().map(|discard| (discard.condition, discard.batch_size)).collect();
    assert_eq!(discards.iter().map(|(_, size)| size).sum::<usize>(), 3);
    assert!(discards.iter().all(|(condition, _)| *condition == "RecordAgeExceeded"), "{discards:?}");
    assert!(report.discards[0].attempts > 2, "{} attempts in a minute", report.discards[0].attempts);
}

/// A function that counts records in the state of its window, and notes how windows end.
#[derive(Default)]
struct Counting(Mutex<Vec<u64>>);

impl Invoke for Counting {
    type Error = String;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, String> {
        let event: Value = serde_json::from_slice(&event).unwrap();
        assert_eq!(event["shardId"], "shardId-000000000000");
        assert_eq!(event["eventSourceARN"], stream().arn);
        let count = event["state"]["count"].as_u64().unwrap_or(0) + event["Records"].as_array().unwrap().len() as u64;
        if event["isFinalInvokeForWindow"] == true {
            self.0.lock().unwrap().push(count);
        }
        Ok(serde_json::json!({"state": {"count": count}}).to_string().into())
    }
}

#[tokio::test]
async fn a_tumbling_window_passes_the_state_on_and_ends_with_its_shard() {
    let kinesis = kinesis().await;
    let acknowledged = put(&kinesis.client(), 0..7).await;
    split(&kinesis.client()).await;
    let function = Arc::new(Counting::default());
    let settings = Settings { batch_size: 2, tumbling_window: Some(Duration::from_secs(900)), ..Settings::default() };
    let (mapping, mut happenings) = start(&kinesis, settings, &function);
    mapping.drain(acknowledged).await.unwrap();
    let mut causes = Vec::new();
    loop {
        match happenings.recv().await.unwrap().1 {
            Happening::Began { cause, records, .. } => causes.push((cause, records.len())),
            Happening::ShardEnded { .. } => break,
            _ => {}
        }
    }
    let counted: u64 = function.0.lock().unwrap().iter().sum();
    assert_eq!((counted, causes.last()), (7, Some(&(Cause::Window, 0))));
}

#[tokio::test]
async fn an_answer_without_a_state_fails_its_batch_in_a_window() {
    let kinesis = kinesis().await;
    let acknowledged = put(&kinesis.client(), 0..2).await;
    let function = fake(|_, _| Ok(r#"{"batchItemFailures": []}"#.into()));
    let windows = Settings { tumbling_window: Some(Duration::from_secs(1)), ..Settings::of_template() };
    let settings = Settings { maximum_retry_attempts: Some(0), ..windows };
    let (mapping, _happenings) = start(&kinesis, settings, &function);
    mapping.drain(acknowledged).await.unwrap();
    let discards = mapping.stop().await.discards;
    assert!(discards.iter().all(|discard| discard.reason.ends_with("has no state")), "{discards:?}");
    assert_eq!(discards.len(), 2);
}
