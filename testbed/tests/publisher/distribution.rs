//! A stream that ignores partition keys: nothing goes there unless the caller chose so. However the
//! question ends, it loses no record.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use kinetrace::Record;
use kinetrace::history::PutOutcome;
use kinetrace_producer::{AutoDistribution, DeliveryError, Publisher, SendError};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::faults::{Faults, PATIENCE, Step};
use crate::panics::panicking;
use crate::put_request::{answer, refusal};
use crate::world::{STREAM, World, acks, enqueue, first_occurrences};

/// What a publisher is told when it asks how the stream distributes records.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Strategy(&'static str),
    /// Not before [`OnDemand::release`].
    HeldStrategy(&'static str),
    Refusal(u16, &'static str),
    Never,
}

/// What the emulator does not know: an on-demand stream, which has a record distribution strategy.
#[derive(Debug)]
struct OnDemand {
    /// Until it is set, the emulator answers.
    answer: OnceLock<Answer>,
    asked: AtomicUsize,
    held: Semaphore,
    released: Semaphore,
}

impl OnDemand {
    async fn start(answer: Answer) -> (World, Arc<Self>) {
        let stream = Arc::new(Self {
            answer: OnceLock::new(),
            asked: AtomicUsize::new(0),
            held: Semaphore::new(0),
            released: Semaphore::new(0),
        });
        let layer = from_fn_with_state(Arc::clone(&stream), intercept);
        let world = World::start_behind(1, Faults::new([], Step::Pass), |service| service.layer(layer)).await;
        // The world has asked whether its stream is there.
        stream.answer.set(answer).unwrap();
        (world, stream)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Until a question is held.
    async fn held(&self) {
        timeout(PATIENCE, self.held.acquire()).await.unwrap().unwrap().forget();
    }

    fn release(&self) {
        self.released.add_permits(1);
    }
}

async fn intercept(State(stream): State<Arc<OnDemand>>, request: Request, next: Next) -> Response {
    let target = request.headers().get("x-amz-target");
    let is_question = target.is_some_and(|target| target == "Kinesis_20131202.DescribeStreamSummary");
    let Some(answer) = stream.answer.get().filter(|_| is_question) else { return next.run(request).await };
    stream.asked.fetch_add(1, Ordering::Relaxed);
    match *answer {
        Answer::Strategy(strategy) => summary(strategy, request, next).await,
        Answer::HeldStrategy(strategy) => {
            stream.held.add_permits(1);
            stream.released.acquire().await.unwrap().forget();
            summary(strategy, request, next).await
        }
        Answer::Refusal(status, code) => refusal(status, code),
        Answer::Never => pending().await,
    }
}

/// The emulator's own answer, and the strategy.
async fn summary(strategy: &str, request: Request, next: Next) -> Response {
    let body = to_bytes(next.run(request).await.into_body(), usize::MAX).await.unwrap();
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    body["StreamDescriptionSummary"]["RecordDistributionStrategy"] = strategy.into();
    answer(200, &body)
}

#[track_caller]
fn assert_refused(error: &SendError, record: &Record) {
    let text = error.to_string();
    assert!(matches!(error.reason, DeliveryError::Stopped(_)), "{text}");
    for word in [STREAM, "AUTO", "USER_PARTITION_KEY", "AutoDistribution::Warn"] {
        assert!(text.contains(word), "{text}");
    }
    assert_eq!((error.record.as_ref(), error.outcome), (Some(record), PutOutcome::Failed));
}

#[tokio::test]
async fn a_stream_without_order_is_refused_and_every_record_comes_back() {
    let (world, stream) = OnDemand::start(Answer::HeldStrategy("AUTO")).await;
    let publisher = world.publisher().auto_distribution(AutoDistribution::Refuse).build();
    let deliveries = enqueue(&publisher, &["a0", "b0", "a1"]).await;
    stream.held().await;
    stream.release();
    for (delivery, label) in deliveries.into_iter().zip(["a0", "b0", "a1"]) {
        assert_refused(&delivery.await.unwrap_err(), &Record::new(&label[..1], label));
    }
    assert_refused(&publisher.send(Record::new("c", "c0")).await.unwrap_err(), &Record::new("c", "c0"));
    timeout(PATIENCE, publisher.close()).await.unwrap();
    assert_eq!(world.faults.watch.calls(), [[""; 0]; 0], "something was sent");
    assert_eq!(stream.asked(), 1);
}

/// A service whose stream has worked so far does not stop because it uses this publisher.
#[tokio::test]
async fn a_stream_without_order_gets_its_records_by_default() {
    let (world, stream) = OnDemand::start(Answer::Strategy("AUTO")).await;
    acks(enqueue(&world.publisher().build(), &["a0", "b0", "a1"]).await).await;
    assert_eq!((world.labels().await.len(), stream.asked()), (3, 1));
}

#[tokio::test]
async fn a_stream_without_order_gets_its_records_if_the_caller_chose_so() {
    for (choice, asked) in [(AutoDistribution::Warn, 1), (AutoDistribution::Allow, 0)] {
        let (world, stream) = OnDemand::start(Answer::Strategy("AUTO")).await;
        let publisher = world.publisher().auto_distribution(choice).build();
        acks(enqueue(&publisher, &["a0", "b0", "a1"]).await).await;
        assert_eq!((world.labels().await.len(), stream.asked()), (3, asked), "{choice:?}");
    }
}

#[tokio::test]
async fn no_record_goes_before_the_answer_and_the_question_is_put_once() {
    let (world, stream) = OnDemand::start(Answer::HeldStrategy("USER_PARTITION_KEY")).await;
    let publisher = world.publisher().build();
    let mut deliveries = enqueue(&publisher, &["a0", "b0"]).await;
    stream.held().await;
    deliveries.extend(enqueue(&publisher, &["a1", "c0"]).await);
    // Longer in flight than a request that did not wait.
    assert_eq!(world.labels().await, [""; 0], "a record went before the answer");
    assert_eq!(world.faults.watch.calls(), [[""; 0]; 0], "a record went before the answer");
    stream.release();
    acks(deliveries).await;
    acks(enqueue(&publisher, &["a2", "d0"]).await).await;
    assert_eq!((world.labels().await.len(), stream.asked()), (6, 1));
}

#[tokio::test]
async fn a_publisher_without_records_asks_nothing() {
    let (world, stream) = OnDemand::start(Answer::Never).await;
    timeout(PATIENCE, world.publisher().build().close()).await.unwrap();
    assert_eq!(stream.asked(), 0);
}

#[tokio::test]
async fn a_refused_describe_call_loses_no_record() {
    for (status, code) in [(400, "AccessDeniedException"), (400, "UnknownOperationException"), (404, "")] {
        let (world, stream) = OnDemand::start(Answer::Refusal(status, code)).await;
        let publisher = world.publisher().build();
        acks(enqueue(&publisher, &["a0", "a1"]).await).await;
        assert_eq!(world.labels().await, ["a0", "a1"], "{status} {code}");
        assert_eq!(stream.asked(), 1, "{status} {code}");
    }
}

#[tokio::test]
async fn a_question_that_is_never_answered_holds_up_no_record_for_longer_than_an_attempt() {
    let (world, stream) = OnDemand::start(Answer::Never).await;
    let publisher = world.publisher().attempt_timeout(Duration::from_millis(100)).build();
    let deliveries = enqueue(&publisher, &["a0", "a1"]).await;
    timeout(PATIENCE, acks(deliveries)).await.unwrap();
    assert_eq!(first_occurrences(world.labels().await), ["a0", "a1"]);
    assert_eq!(stream.asked(), 1);
}

#[tokio::test]
async fn a_describe_call_that_panics_loses_no_record() {
    let (world, stream) = OnDemand::start(Answer::Strategy("AUTO")).await;
    let publisher = Publisher::builder(panicking(&world.client, 1), STREAM).build();
    timeout(PATIENCE, acks(enqueue(&publisher, &["a0", "a1"]).await)).await.unwrap();
    timeout(PATIENCE, publisher.close()).await.unwrap();
    assert_eq!((world.labels().await, stream.asked()), (vec!["a0".to_owned(), "a1".to_owned()], 0));
}

#[tokio::test]
async fn closing_within_a_limit_does_not_wait_for_the_answer() {
    let (world, stream) = OnDemand::start(Answer::HeldStrategy("AUTO")).await;
    let publisher = world.publisher().attempt_timeout(PATIENCE * 2).build();
    let deliveries = enqueue(&publisher, &["a0"]).await;
    stream.held().await;
    timeout(PATIENCE, publisher.close_within(Duration::ZERO)).await.unwrap();
    for delivery in deliveries {
        let error = delivery.await.unwrap_err();
        assert!(matches!(error.reason, DeliveryError::Closed), "{error}");
        assert_eq!((error.record, error.outcome), (Some(Record::new("a", "a0")), PutOutcome::Failed));
    }
    assert_eq!(world.faults.watch.calls(), [[""; 0]; 0]);
}
