//! What happens to records when the group is dealt anew, or a member stops.

use std::sync::Arc;
use std::time::Duration;

use kinetrace_consumer::Failure;
use tokio::sync::Notify;

use crate::world::{GroupConfig, Seen, World, wait_for};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_joins_gets_a_partition_only_when_its_record_in_flight_is_done() {
    let world = World::new(2).await;
    world.send(0, 0..3).await;
    world.send(1, 0..3).await;
    let (seen, mut told) = Seen::new();
    let gate = Arc::new(Notify::new());
    let slow = {
        let (seen, gate) = (seen.clone(), Arc::clone(&gate));
        move |payload: String| {
            let (seen, gate) = (seen.clone(), Arc::clone(&gate));
            async move {
                seen.note(format!("{payload} begins"));
                gate.notified().await;
                seen.note(format!("{payload} ends"));
                Ok::<_, Failure>(())
            }
        }
    };
    let first = world.join(slow.clone());
    // Both partitions are with the first member, each at its first record.
    wait_for(&mut told, 2).await;
    let joins = world.broker.request_count(krafka::testing::ApiKey::JoinGroup);
    let second = world.join(slow);
    let seconds = Duration::from_secs(30);
    assert!(world.broker.wait_for_requests(krafka::testing::ApiKey::JoinGroup, joins + 1, seconds).await);
    let before = (seen.of(0), seen.of(1));
    assert_eq!(before, (vec!["0:0 begins".to_owned()], vec!["1:0 begins".to_owned()]));
    while seen.of(0).len() < 6 || seen.of(1).len() < 6 {
        gate.notify_waiters();
        gate.notify_one();
        wait_for(&mut told, 1).await;
    }
    first.stop().await;
    second.stop().await;

    for partition in 0..2 {
        let expected: Vec<_> =
            (0..3).flat_map(|number| ["begins", "ends"].map(|it| format!("{partition}:{number} {it}"))).collect();
        assert_eq!(seen.of(partition), expected, "each record once, and none before its predecessor is done");
        assert_eq!(world.committed(partition), Some(3));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_is_not_done_in_time_is_dropped_and_its_record_comes_again() {
    let world = World::new(1).await;
    world.send(0, 0..2).await;
    let (seen, mut told) = Seen::new();
    let member = world.join_as(|_| GroupConfig { patience: Duration::from_millis(10) }, {
        let seen = seen.clone();
        move |payload| {
            let seen = seen.clone();
            async move {
                seen.note(payload);
                std::future::pending().await
            }
        }
    });
    wait_for(&mut told, 1).await;
    member.stop().await;
    assert_eq!((seen.of(0), world.committed(0)), (vec!["0:0".to_owned()], None));
}
