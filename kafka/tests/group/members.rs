//! What happens to the record in flight when a member stops. How a group is dealt anew is tried with Apache Kafka itself, in
//! `interop`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kinetrace_consumer::{Consumer, Failure, Record, RecordLog};
use kinetrace_kafka::GroupConsumer;
use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;

use crate::world::{Seen, World, wait_for};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_stops_waits_for_the_record_in_flight_and_commits_it() {
    let world = World::new(1).await;
    world.send(0, 0..2).await;
    let (seen, mut told) = Seen::new();
    let is_stopping = Arc::new(AtomicBool::new(false));
    let member = world.join({
        let (seen, is_stopping) = (seen.clone(), Arc::clone(&is_stopping));
        move |payload| {
            let (seen, is_stopping) = (seen.clone(), Arc::clone(&is_stopping));
            async move {
                seen.note(format!("{payload} begins"));
                while !is_stopping.load(Ordering::SeqCst) {
                    tokio::task::yield_now().await;
                }
                seen.note(format!("{payload} ends"));
                Ok(())
            }
        }
    });
    wait_for(&mut told, 1).await;
    let stopping = tokio::spawn(member.stop());
    tokio::task::yield_now().await;
    is_stopping.store(true, Ordering::SeqCst);
    stopping.await.unwrap();
    let seen = seen.of(0);
    assert_eq!(seen[..2], ["0:0 begins", "0:0 ends"]);
    assert_eq!(world.committed(0), Some(seen.len() as i64 / 2), "as far as it got");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_is_not_done_in_time_is_dropped_and_its_record_comes_again() {
    let world = World::new(1).await;
    world.send(0, 0..2).await;
    let (seen, mut told) = Seen::new();
    let member = world.join_with_patience(Duration::from_millis(10), {
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
    assert_eq!((seen.of(0), world.committed(0)), (vec!["0:0".to_owned()], Some(0)));
}

/// It passes on each error of librdkafka's own.
struct Errors(tokio::sync::mpsc::UnboundedSender<()>);

impl ClientContext for Errors {
    fn error(&self, _: KafkaError, _: &str) {
        let _ = self.0.send(());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_of_the_users_own_hears_what_librdkafka_says() {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", "127.0.0.1:1").set("group.id", "departures").set_log_level(RDKafkaLogLevel::Emerg);
    let consumer = Consumer::builder(|_: Record| async { Ok::<_, Failure>(()) }).record_log(RecordLog::off()).build();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let group = GroupConsumer::new(&config, consumer.unwrap()).context(Errors(tell));
    group.run(&["flights"], async { wait_for(&mut told, 1).await }).await.unwrap();
}
