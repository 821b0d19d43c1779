//! What a mapping reads, and from where on.

use super::parameters::{kinesis, start};
use super::*;

#[tokio::test]
async fn a_mapping_that_starts_at_the_latest_record_passes_over_those_before_it_and_over_none_after_a_split() {
    let kinesis = kinesis().await;
    let client = kinesis.client();
    let before = put(&client, 0..3).await;
    let function = fake(|_, _| Ok(String::new()));
    let settings = Settings { starting_position: StartingPosition::Latest, ..Settings::default() };
    let (mapping, mut happenings) = start(&kinesis, settings, &function);
    while !matches!(happenings.recv().await.unwrap().1, Happening::Read { .. }) {}
    let mut after = put(&client, 3..6).await;
    split(&client).await;
    after.extend(put(&client, 6..20).await);
    mapping.drain(after).await.unwrap();
    mapping.drain(before).await.unwrap();
    let mut done = function.done();
    done.sort_by_key(|key| key.parse::<usize>().unwrap());
    assert_eq!(done, numbers(3..20));
}

#[tokio::test]
async fn a_mapping_that_starts_at_the_latest_record_reads_no_shard_that_is_closed() {
    let kinesis = kinesis().await;
    let client = kinesis.client();
    let closed = put(&client, 0..3).await;
    split(&client).await;
    let function = fake(|_, _| Ok(String::new()));
    let settings = Settings { starting_position: StartingPosition::Latest, ..Settings::default() };
    let (mapping, mut happenings) = start(&kinesis, settings, &function);
    for _ in 0..2 {
        while !matches!(happenings.recv().await.unwrap().1, Happening::Read { .. }) {}
    }
    mapping.drain(closed).await.unwrap();
    mapping.stop().await;
    assert_eq!(function.done(), Vec::<String>::new());
}

#[tokio::test]
async fn a_mapping_that_starts_at_a_moment_delivers_what_arrived_from_then_on() {
    let kinesis = kinesis().await;
    let client = kinesis.client();
    let moment = Timestamp::now();
    let after = put(&client, 0..3).await;
    let function = fake(|_, _| Ok(String::new()));
    let settings = Settings { starting_position: StartingPosition::AtTimestamp(moment), ..Settings::default() };
    let (mapping, _happenings) = start(&kinesis, settings, &function);
    mapping.drain(after).await.unwrap();
    assert_eq!(function.done(), numbers(0..3));
}

/// A Kinesis that refuses so many reads.
async fn throttled(reads: usize) -> Kinesis {
    let left = Arc::new(std::sync::atomic::AtomicUsize::new(reads));
    let layer = from_fn(move |request: Request, next: Next| {
        let is_read = request.headers().get("x-amz-target").is_some_and(|it| it.as_bytes().ends_with(b".GetRecords"));
        let left = Arc::clone(&left);
        async move {
            let one_less = |left: usize| left.checked_sub(1);
            if !is_read || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err() {
                return next.run(request).await;
            }
            let body = r#"{"__type": "ProvisionedThroughputExceededException", "message": "slow down"}"#;
            let response = Response::builder().status(400).header("content-type", "application/x-amz-json-1.1");
            response.body(Body::from(body)).unwrap()
        }
    });
    Kinesis::start_behind(|service| service.layer(layer)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_is_throttled_for_long_is_read_in_the_end() {
    let kinesis = throttled(200).await;
    create_stream(&kinesis.client(), "flights", 1).await.unwrap();
    let acknowledged = put(&kinesis.client(), 0..3).await;
    let function = fake(|_, _| Ok(String::new()));
    let (mapping, _happenings) = start(&kinesis, Settings::default(), &function);
    mapping.drain(acknowledged).await.unwrap();
}

/// A Kinesis whose reads are counted.
async fn counted() -> (Kinesis, watch::Receiver<usize>) {
    let (counter, count) = watch::channel(0);
    let layer = from_fn(move |request: Request, next: Next| {
        let is_read = request.headers().get("x-amz-target").is_some_and(|it| it.as_bytes().ends_with(b".GetRecords"));
        counter.send_modify(|count| *count += usize::from(is_read));
        next.run(request)
    });
    (Kinesis::start_behind(|service| service.layer(layer)).await.unwrap(), count)
}

#[tokio::test]
async fn reads_that_bring_nothing_new_are_not_told() {
    let (kinesis, mut count) = counted().await;
    create_stream(&kinesis.client(), "flights", 1).await.unwrap();
    let (mapping, mut happenings) = start(&kinesis, Settings::default(), &fake(|_, _| Ok(String::new())));
    count.wait_for(|count| *count > 10).await.unwrap();
    mapping.drain(put(&kinesis.client(), 0..1).await).await.unwrap();
    let so_far = *count.borrow();
    count.wait_for(|count| *count > so_far + 10).await.unwrap();
    mapping.stop().await;
    let mut told = Vec::new();
    while let Some((_, happening)) = happenings.recv().await {
        if let Happening::Read { records, .. } = happening {
            told.push(records.len());
        }
    }
    assert_eq!(told, [0, 1], "the first read of a shard is always told");
}
