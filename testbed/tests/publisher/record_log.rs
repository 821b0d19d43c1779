//! What is logged of a record is true of the record, not of the caller.

use kinetrace::Record;
use kinetrace::history::Timestamp;
use kinetrace_producer::ProduceStart;
use kinetrace_producer::Publisher;

use crate::faults::Step;
use crate::world::{STREAM, World};

#[tokio::test]
async fn a_put_ends_with_its_answer_however_late_the_caller_asks() {
    let world = World::start_then(1, [Step::Pass], Step::Refuse(400, "ValidationException")).await;
    let publisher: Publisher = world.publisher().build();
    let first = (ProduceStart::now(STREAM, "a", b"0"), publisher.enqueue(Record::new("a", "0")).await.unwrap());
    let second = (ProduceStart::now(STREAM, "a", b"1"), publisher.enqueue(Record::new("a", "1")).await.unwrap());
    publisher.close().await;
    // Further answers, so that time has passed for certain by any clock.
    world.stream().await;
    let closed = Timestamp::now();
    world.stream().await;
    let mut ends = Vec::new();
    for (handed, delivery) in [first, second] {
        ends.push(handed.settled(&delivery.await).end);
    }
    assert!(ends[0] <= ends[1] && ends[1] <= closed, "{ends:?} of puts that had ended at {closed:?}");
}
