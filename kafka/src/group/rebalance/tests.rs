use ::rdkafka::client::DefaultClientContext;
use ::rdkafka::mocking::MockCluster;
use ::rdkafka::producer::{BaseProducer, BaseRecord, DefaultProducerContext, Producer as _};
use ::rdkafka::{ClientConfig, Message as _, Offset};
use kinetrace_consumer::kafka::EventRecord;

use super::*;

const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_commit_is_tried_again_only_while_the_group_is_dealt_anew() {
    let refused = |code| Err(KafkaError::ConsumerCommit(code));
    for (committed, is_tried_again) in [
        (Ok(()), false),
        (refused(RDKafkaErrorCode::RebalanceInProgress), true),
        (refused(RDKafkaErrorCode::StaleMemberEpoch), true),
        (refused(RDKafkaErrorCode::UnknownMemberId), false),
        (refused(RDKafkaErrorCode::IllegalGeneration), false),
    ] {
        assert_eq!(is_refused_for_now(&committed), is_tried_again, "{committed:?}");
    }
}

#[test]
fn any_patience_can_be_added_to_now() {
    let context = GroupContext::new(DefaultClientContext, Duration::MAX);
    assert!(Instant::now().checked_add(context.patience).is_some());
}

/// As programs have it that use MSK with IAM.
struct Tokens;

impl ClientContext for Tokens {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, configuration: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        let token = configuration.unwrap_or_default().to_owned();
        Ok(OAuthToken { token, principal_name: String::new(), lifetime_ms: 7 })
    }
}

#[test]
fn a_context_of_the_users_own_is_asked_for_tokens() {
    const { assert!(<GroupContext<Tokens> as ClientContext>::ENABLE_REFRESH_OAUTH_TOKEN) };
    let token = GroupContext::new(Tokens, LONG).generate_oauth_token(Some("scope")).unwrap();
    assert_eq!((token.token.as_str(), token.lifetime_ms), ("scope", 7));
}

fn flights() -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset("flights", 0, Offset::Beginning).unwrap();
    list
}

/// A broker with one record in `flights`.
fn broker() -> MockCluster<'static, DefaultProducerContext> {
    let broker = MockCluster::new(1).unwrap();
    broker.create_topic("flights", 1, 1).unwrap();
    let producer: BaseProducer =
        ClientConfig::new().set("bootstrap.servers", broker.bootstrap_servers()).create().unwrap();
    producer.send(BaseRecord::to("flights").payload("{}").key("N14228")).map_err(|(error, _)| error).unwrap();
    producer.flush(LONG).unwrap();
    broker
}

/// That of the next record, if there is one in time. A poll may also end with an event of librdkafka's own.
fn next_offset(consumer: &BaseConsumer<GroupContext<DefaultClientContext>>) -> Option<i64> {
    let until = Instant::now() + LONG;
    let polls = std::iter::repeat_with(|| consumer.poll(Duration::from_millis(100)));
    polls.take_while(|_| Instant::now() < until).flatten().next().map(|message| message.unwrap().offset())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_partition_that_was_paused_when_it_was_revoked_is_read_when_it_comes_back() {
    let broker = broker();
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", broker.bootstrap_servers()).set("group.id", "departures");
    config.set("enable.auto.offset.store", "false");
    let consumer: BaseConsumer<GroupContext<DefaultClientContext>> =
        config.create_with_context(GroupContext::new(DefaultClientContext, LONG)).unwrap();
    consumer.assign(&flights()).unwrap();
    assert_eq!(consumer.poll(LONG).expect("its record").unwrap().detach().offset(), 0);
    consumer
        .context()
        .partitions()
        .give(EventRecord::new("flights", 0, 0, None), |ends| tokio::spawn(async move { drop(ends) }).abort_handle());
    consumer.pause(&flights()).unwrap();
    consumer.context().partitions().note_paused(&flights(), true);

    consumer.context().revoke(&consumer, |_, _| true);
    consumer.unassign().unwrap();
    consumer.assign(&flights()).unwrap();
    assert_eq!(next_offset(&consumer), Some(0), "its record, again");
}
