//! A test that asks for what is not there gets a panic that names its own line. Alone in its process, because the panic hook is everyone's.
#![allow(clippy::unwrap_used)]

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Mutex;

use kinetrace_consumer::{Failure, Record};
use kinetrace_testing::{Event, Invocation, KafkaEvent, Recorder, invoke};

static FILES: Mutex<Vec<String>> = Mutex::new(Vec::new());

async fn fail(_: Record) -> Result<(), Failure> {
    Err(Failure::retry("as asked"))
}

#[tokio::test]
async fn a_panic_of_the_kit_names_the_line_of_the_test() {
    let event = Event::new("flights").untraced("N1", "1").untraced("N2", "2");
    let failed = invoke(fail, &event).await;
    let of_kafka = invoke(fail, &KafkaEvent::new("flights").untraced("N1", "1")).await;
    let misses: [fn(&Invocation, &Invocation); 8] = [
        |it, _| assert_eq!(it.stopped_at(), None),
        |it, _| drop(it.span("no such span").clone()),
        |it, _| drop(it.process_span(7).clone()),
        |it, _| assert!(it.kafka_answer().is_ok()),
        |it, _| assert!(it.unfinished().is_empty()),
        |_, of_kafka| assert!(of_kafka.answer().is_ok()),
        |_, of_kafka| assert_eq!(of_kafka.stopped_at(), None),
        |_, _| drop(Recorder::new().span("no such span")),
    ];
    set_hook(Box::new(|info| FILES.lock().unwrap().push(info.location().unwrap().file().to_owned())));
    for miss in misses {
        catch_unwind(AssertUnwindSafe(|| miss(&failed, &of_kafka))).unwrap_err();
    }
    drop(std::panic::take_hook());
    assert_eq!(*FILES.lock().unwrap(), [file!(); 8]);
}
