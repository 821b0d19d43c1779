use ::rdkafka::client::DefaultClientContext;
use ::rdkafka::{ClientConfig, Offset};
use kinetrace_consumer::kafka::EventRecord;

use super::super::in_hand::InHand;
use super::*;

/// No broker is needed for what librdkafka keeps itself.
fn consumer() -> BaseConsumer<GroupContext<DefaultClientContext>> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", "127.0.0.1:1").set("group.id", "departures").set("log_level", "0");
    config.set("enable.auto.offset.store", "false");
    config.create_with_context(GroupContext::new(DefaultClientContext, Duration::ZERO)).unwrap()
}

fn flights(number: i32) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset("flights", number, Offset::Beginning).unwrap();
    list
}

fn give(consumer: &BaseConsumer<GroupContext<DefaultClientContext>>, number: i32) {
    consumer.context().partitions().give(EventRecord::new("flights", number, 0, None), |ends| {
        ends.progress.finish(InHand { records: 1, bytes: 0 }, 1);
        tokio::spawn(async move { drop(ends) }).abort_handle()
    });
}

#[tokio::test]
async fn what_librdkafka_refuses_is_tried_again_and_keeps_nothing_else_back() {
    let consumer = consumer();
    let poller =
        Poller { consumer, start: |_: Ends| panic!("it has workers"), is_stopped: Arc::default(), topics: Vec::new() };
    let consumer = &poller.consumer;
    consumer.assign(&flights(0)).unwrap();
    consumer.pause(&flights(0)).unwrap();
    for number in 0..2 {
        give(consumer, number);
        consumer.context().partitions().note_paused(&flights(number), true);
    }
    consumer.context().partitions().note_stored(&{
        let mut stored = TopicPartitionList::new();
        stored.add_partition_offset("flights", 0, Offset::Offset(1)).unwrap();
        stored
    });
    // Partition 1 is not assigned, so its offset is not taken.
    poller.tick().unwrap_err();
    let partitions = consumer.context().partitions();
    let left = |list: TopicPartitionList| list.elements().iter().map(|it| it.partition()).collect::<Vec<_>>();
    assert_eq!(left(partitions.progress().unwrap()), [1], "it is stored at the next tick");
    assert_eq!(partitions.to_resume().count(), 0, "they are read again");
}
