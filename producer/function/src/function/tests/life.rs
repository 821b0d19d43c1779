//! What the invocations of one environment have in common, and what one leaves to the next: nothing but its counts.

use kinetrace::Order;

use super::world::world;
use super::*;

fn orders(data: Vec<Vec<u8>>) -> Vec<Order> {
    let order = |data: Vec<u8>| kinetrace::Reader::default().read(data.into(), None).remove(0).order.unwrap();
    data.into_iter().map(order).collect()
}

#[tokio::test]
async fn the_counts_of_a_key_go_on_from_one_invocation_to_the_next() {
    let world = world(false, Propagators::default(), opentelemetry_sdk::trace::Sampler::AlwaysOn);
    for records in [2, 1] {
        let records = (0..records).map(|_| Record::new("N14228", "{}")).collect();
        assert!(failures(&publish(&world.function, records, MINUTE).await).iter().all(Option::is_none));
    }
    let orders = orders(world.data());
    assert_eq!(orders.iter().map(|order| order.sequence).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(orders.iter().all(|order| order.producer == orders[0].producer), "{orders:?}");
}

/// Its caller has been told that it failed, or may do so: nothing of it may come after what is published then.
#[tokio::test(start_paused = true)]
async fn what_was_answered_for_is_not_sent_in_the_time_of_a_later_invocation() {
    let stream = OneStream { hangs: true, ..OneStream::default() };
    let function = warm(&stream);
    let records = |payload: &str| vec![Record::new("a", payload), Record::new("a", payload), Record::new("b", payload)];
    let results = publish(&function, records("1"), Duration::from_secs(8)).await;
    let failures = failures(&results);
    let outcomes: Vec<_> = failures.iter().flatten().map(|(_, outcome)| *outcome).collect();
    assert_eq!(outcomes, [PutOutcome::Unknown, PutOutcome::Failed, PutOutcome::Unknown], "{failures:?}");
    let (sent, cut_off) = (stream.puts.load(Ordering::Relaxed), stream.under_way.load(Ordering::Relaxed));
    assert!(sent > 1 && cut_off == 0, "{sent} {cut_off}");
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(stream.puts.load(Ordering::Relaxed), sent, "something was sent after the answer");
}

#[tokio::test]
async fn a_key_that_was_halted_in_one_request_is_not_halted_in_the_next() {
    let function = warm(&OneStream::default());
    let too_large = "x".repeat(1_100_000);
    for _ in 0..2 {
        let records = [&*too_large, "2"].map(|data| Record::new("a", data)).into();
        let results = publish(&function, records, MINUTE).await;
        assert!(failures(&results).iter().all(Option::is_some), "{results:?}");
        assert_eq!(failures(&publish(&function, vec![Record::new("a", "3")], MINUTE).await), [None]);
    }
}

/// Lambda Managed Instances have several at once.
#[tokio::test(start_paused = true)]
async fn an_invocation_that_fails_beside_others_fails_alone() {
    let stream = OneStream { refuses: Some("poison"), ..OneStream::default() };
    let function = warm(&stream);
    let poison = || vec![Record::new("a", "poison"), Record::new("a", "2")];
    let healthy = || vec![Record::new("a", "3"), Record::new("b", "4")];
    let (first, second, third) = tokio::join!(
        publish(&function, poison(), MINUTE),
        publish(&function, healthy(), MINUTE),
        publish(&function, healthy(), MINUTE),
    );
    assert!(failures(&first).iter().all(Option::is_some), "{first:?}");
    assert_eq!([failures(&second), failures(&third)].concat(), [None; 4]);
}
