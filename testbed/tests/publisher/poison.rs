//! A record that Kinesis will not take costs its own key, never those whose records were in one request with it.

use kinetrace::Record;
use kinetrace_producer::DeliveryError;

use crate::faults::{Step, THROTTLED};
use crate::world::{World, acks, enqueue};

const CODES: [&str; 2] = ["ValidationException", "InvalidArgumentException"];

#[tokio::test]
async fn the_entries_of_a_request_refused_for_what_is_in_it_go_again_one_by_one() {
    for code in CODES {
        let world = World::start(1, [Step::Refuse(400, code)]).await;
        let publisher = world.publisher().max_in_flight(1).build();
        acks(enqueue(&publisher, &["a0", "b0", "c0", "a1", "b1"]).await).await;
        let calls = world.faults.watch.calls();
        assert_eq!(calls[..4], [vec!["a0", "b0", "c0"], vec!["a0"], vec!["b0"], vec!["c0"]], "{code}");
        // What comes after them was not in doubt, and travels together again.
        assert_eq!(calls[4..], [["a1", "b1"]], "{code}");
    }
}

#[tokio::test]
async fn only_the_record_that_is_refused_alone_is_given_up_and_halts_its_key() {
    let script = [Step::Refuse(400, CODES[0]), Step::Pass, Step::Refuse(400, CODES[0])];
    let world = World::start(1, script).await;
    let publisher = world.publisher().max_in_flight(1).build();
    let mut deliveries = enqueue(&publisher, &["a0", "b0", "c0", "b1"]).await.into_iter();
    let [a0, b0, c0, b1] = std::array::from_fn(|_| deliveries.next().unwrap());
    a0.await.unwrap();
    let bad = b0.await.unwrap_err();
    assert!(matches!(&bad.reason, DeliveryError::Put { attempts: 2, cause } if cause.contains(CODES[0])), "{bad}");
    c0.await.unwrap();
    let behind = b1.await.unwrap_err();
    assert!(matches!(&behind.reason, DeliveryError::Halted(cause) if cause.contains(CODES[0])), "{behind}");
    acks(enqueue(&publisher, &["a1", "c1"]).await).await;
    assert_eq!(world.labels().await, ["a0", "c0", "a1", "c1"]);
}

#[tokio::test]
async fn a_record_in_doubt_stays_alone_however_often_it_goes_again() {
    let script = [Step::Refuse(400, CODES[0]), Step::Refuse(400, THROTTLED), Step::Refuse(400, THROTTLED)];
    let world = World::start(1, script).await;
    let publisher = world.publisher().max_in_flight(1).build();
    acks(enqueue(&publisher, &["a0", "b0"]).await).await;
    let entries: Vec<_> = world.faults.watch.calls().iter().map(Vec::len).collect();
    assert_eq!(entries, [2, 1, 1, 1, 1]);
}

/// No script: the embedded Kinesis itself refuses the whole request, as Kinesis does.
#[tokio::test]
async fn a_record_larger_than_the_stream_takes_halts_its_own_key_only() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().max_record_bytes(2 * 1024 * 1024).build();
    let large = publisher.enqueue(Record::new("a", vec![b'x'; 1_500_000])).await.unwrap();
    let innocent = publisher.enqueue(Record::new("b", "b0")).await.unwrap();
    innocent.await.unwrap();
    large.await.unwrap_err();
    acks(enqueue(&publisher, &["b1"]).await).await;
    assert_eq!(world.labels().await, ["b0", "b1"]);
}
