//! A record that is given up is `Failed` only if it is certain that Kinesis does not have it.

use std::time::Duration;

use kinetrace::Record;
use kinetrace::history::PutOutcome;
use kinetrace_producer::{DeliveryError, Publisher};
use kinetrace_testbed::kinesis;
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::timeout;

use crate::faults::{INTERNAL, Step, THROTTLED};
use crate::world::{World, enqueue};

const ATTEMPT: Duration = Duration::from_millis(100);

/// Far below the publisher's own 30 s, far above what it is told here.
const IN_TIME: Duration = Duration::from_secs(10);

#[tokio::test]
async fn an_attempt_that_may_have_committed_leaves_the_outcome_unknown() {
    let table = [
        (Step::CommitThenBreak, PutOutcome::Unknown),
        (Step::CommitThenHang, PutOutcome::Unknown),
        // From here, this cannot be told from a 500 after a commit.
        (Step::Refuse(500, INTERNAL), PutOutcome::Unknown),
        (Step::Refuse(503, "ServiceUnavailable"), PutOutcome::Unknown),
        (Step::Refuse(400, THROTTLED), PutOutcome::Failed),
        (Step::FailEntry("a", THROTTLED), PutOutcome::Failed),
        (Step::FailEntry("a", INTERNAL), PutOutcome::Unknown),
    ];
    for (step, outcome) in table {
        let world = World::start(1, [step]).await;
        let publisher = world.publisher().attempt_timeout(ATTEMPT).delivery_timeout(Duration::ZERO).build();
        let mut deliveries = enqueue(&publisher, &["a0", "a1"]).await.into_iter();
        let error = deliveries.next().unwrap().await.unwrap_err();
        assert_eq!(error.outcome, outcome, "{step:?}: {error}");
        assert_eq!(error.to_string().contains("may not have been published"), outcome == PutOutcome::Unknown);
        let behind = deliveries.next().unwrap().await.unwrap_err();
        assert_eq!(behind.outcome, PutOutcome::Failed, "it was never sent: {behind}");
    }
}

#[tokio::test]
async fn a_doubt_outlasts_later_refusals() {
    let later = [Step::Refuse(400, THROTTLED), Step::Refuse(400, "AccessDeniedException")];
    for then in later {
        let world = World::start_then(1, [Step::CommitThenBreak], then).await;
        let publisher = world.publisher().delivery_timeout(Duration::from_millis(500)).build();
        let error = publisher.send(Record::new("a", "0")).await.unwrap_err();
        assert_eq!(error.outcome, PutOutcome::Unknown, "{error}");
        assert_eq!(world.labels().await, ["a0"]);
    }
}

#[tokio::test]
async fn an_endpoint_without_a_listener_is_given_up_in_time() {
    // Bound but not listening: nobody else gets the port, and connections are refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let error = give_up_on(&socket.local_addr().unwrap().to_string(), PutOutcome::Failed).await;
    assert!(error.contains("flights") && error.contains("refused"), "{error}");
    assert!(error.len() < 400, "an error that nobody will read: {error}");
}

#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up_in_time() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let error = give_up_on(&listener.local_addr().unwrap().to_string(), PutOutcome::Unknown).await;
    assert!(error.contains("flights") && error.contains("timeout"), "{error}");
}

async fn give_up_on(authority: &str, outcome: PutOutcome) -> String {
    let client = kinesis::client(&format!("http://{authority}"));
    let publisher = Publisher::builder(client, "flights").attempt_timeout(ATTEMPT);
    let publisher = publisher.delivery_timeout(Duration::from_millis(500)).build();
    let error = timeout(IN_TIME, publisher.send(Record::new("a", "0"))).await.unwrap().unwrap_err();
    assert!(matches!(error.reason, DeliveryError::Put { attempts: 2.., .. }), "{error}");
    assert_eq!(error.outcome, outcome, "{error}");
    error.to_string()
}
