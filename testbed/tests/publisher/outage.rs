//! Five minutes of something being wrong, by a clock that stands still, in the middle of a service's day: afterwards every
//! key goes on, nothing is lost, and nothing is out of order.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::time::Duration;

use kinetrace::history::{Event, Process, ProcessOutcome, Produce, PutOutcome, Relation, Timestamp, TraceIds};
use kinetrace::{ProducerId, Propagators, Record};
use kinetrace_producer::ProduceStart;
use kinetrace_producer::{Ack, Delivery, DeliveryError, Publisher, SendError};
use kinetrace_testbed::checker;
use opentelemetry::trace::TraceContextExt as _;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::in_process::{Network, Outage};
use crate::world::{STREAM, Stored, World};

const KEYS: u32 = 24;
const EACH: u32 = 40;

/// How many records of a key are in flight at once.
const WINDOW: usize = 3;

const BEGINS: Duration = Duration::from_secs(5);
const LASTS: Duration = Duration::from_secs(300);

/// Longer than all of it takes.
const PATIENCE: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn after_refused_connections_every_key_goes_on_in_order_and_complete() {
    survive(Outage::ConnectionRefused, PutOutcome::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn after_throttling_every_key_goes_on_in_order_and_complete() {
    survive(Outage::Refusal(400, "ProvisionedThroughputExceededException"), PutOutcome::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn after_expired_credentials_every_key_goes_on_in_order_and_complete() {
    survive(Outage::Refusal(400, "ExpiredTokenException"), PutOutcome::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn after_missing_credentials_every_key_goes_on_in_order_and_complete() {
    survive(Outage::NoCredentials, PutOutcome::Failed).await;
    survive(Outage::CredentialsHang, PutOutcome::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn after_refusals_for_access_or_a_kms_key_every_key_goes_on_in_order_and_complete() {
    survive(Outage::Refusal(400, "AccessDeniedException"), PutOutcome::Failed).await;
    survive(Outage::Refusal(400, "KMSDisabledException"), PutOutcome::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn after_silence_every_key_goes_on_in_order_and_complete() {
    survive(Outage::NoAnswer, PutOutcome::Unknown).await;
    survive(Outage::Refusal(503, "ServiceUnavailable"), PutOutcome::Unknown).await;
}

/// `outcome` is what callers learn about what was tried in the outage.
async fn survive(outage: Outage, outcome: PutOutcome) {
    let network = Network::default();
    let world = World::start_in_process(2, |client, service| network.connect(client, service)).await;
    let publisher = world.publisher().build();
    let begins = Instant::now() + BEGINS;
    let outage_passes = async {
        sleep_until(begins).await;
        network.set(Some(outage));
        sleep_until(begins + LASTS).await;
        network.set(None);
    };
    let callers = futures_util::future::join_all((0..KEYS).map(|key| Caller::new(key).publish(&publisher)));
    let (callers, ()) = timeout(PATIENCE, async { tokio::join!(callers, outage_passes) }).await.unwrap();
    timeout(PATIENCE, publisher.close()).await.unwrap();

    let stream = world.stream().await;
    for caller in &callers {
        caller.assert_survived(outcome, &stream, &format!("{outage:?}"));
    }
    let produced = callers.into_iter().flat_map(|caller| caller.lines).map(Event::Produce);
    let history: Vec<_> =
        world.shards.iter().cloned().map(Event::Shard).chain(produced).chain(processed(&stream)).collect();
    let verdict = checker::check(&history);
    assert!(verdict.holds(), "{outage:?}\n{verdict}");
    assert_eq!(verdict.no_loss.checked, u64::from(KEYS * EACH), "{outage:?}: acknowledged\n{verdict}");
}

/// Publishes the numbers of one key, and does what a service does: what came back goes again, before anything newer.
struct Caller {
    key: String,
    numbers: VecDeque<u32>,
    lines: Vec<Produce>,
    /// Of all that came back, what callers learned about those that were tried.
    told: HashSet<PutOutcome>,
}

impl Caller {
    fn new(key: u32) -> Self {
        let (lines, told) = (Vec::new(), HashSet::new());
        Self { key: format!("key-{key}"), numbers: (0..EACH).collect(), lines, told }
    }

    async fn publish(mut self, publisher: &Publisher) -> Self {
        while !self.numbers.is_empty() {
            let under_way = self.hand_in(publisher).await;
            let mut back = Vec::new();
            for (number, handed, delivery) in under_way {
                if let Err(error) = self.settle(handed, delivery.await) {
                    assert!(!error.permanent, "{error}");
                    self.told.extend(matches!(error.reason, DeliveryError::Put { .. }).then_some(error.outcome));
                    back.push(number);
                }
            }
            back.into_iter().rev().for_each(|number| self.numbers.push_front(number));
            sleep(Duration::from_secs(1)).await;
        }
        self
    }

    async fn hand_in(&mut self, publisher: &Publisher) -> Vec<(u32, ProduceStart, Delivery)> {
        let mut under_way = Vec::new();
        while under_way.len() < WINDOW
            && let Some(number) = self.numbers.pop_front()
        {
            let payload = format!("{number}");
            let handed = ProduceStart::now(STREAM, &self.key, payload.as_bytes());
            match publisher.enqueue(Record::new(self.key.as_str(), payload)).await {
                Ok(delivery) => under_way.push((number, handed, delivery)),
                Err(refused) => {
                    self.settle(handed, Err(refused)).unwrap_err();
                    self.numbers.push_front(number);
                    break;
                }
            }
        }
        under_way
    }

    fn settle(&mut self, handed: ProduceStart, settled: Result<Ack, Box<SendError>>) -> Result<(), Box<SendError>> {
        self.lines.push(handed.settled(&settled));
        settled.map(drop)
    }

    fn assert_survived(&self, outcome: PutOutcome, stream: &[Stored], outage: &str) {
        let of_key: Vec<_> = stream.iter().filter(|stored| stored.partition_key == self.key).collect();
        let numbers: Vec<u32> = of_key
            .iter()
            .map(|stored| String::from_utf8_lossy(&stored.extraction().payload).parse().unwrap())
            .collect();
        assert_eq!(numbers, (0..EACH).collect::<Vec<_>>(), "{outage}: {}", self.key);
        assert_eq!(self.told, HashSet::from([outcome]), "{outage}: {}", self.key);
        let series: BTreeSet<ProducerId> = of_key.iter().map(|stored| stored.order().producer).collect();
        assert!(series.len() > 1, "{outage}: {} was never halted, so this proves nothing", self.key);
        let mut next: BTreeMap<ProducerId, u64> = BTreeMap::new();
        for stored in of_key {
            let next = next.entry(stored.order().producer).or_default();
            assert_eq!(stored.order().sequence, *next, "{outage}: a gap or a copy where there is none: {stored:?}");
            *next += 1;
        }
    }
}

/// What a consumer that takes one record after the other would log.
fn processed(stream: &[Stored]) -> impl Iterator<Item = Event> {
    (0..).zip(stream).map(|(at, stored)| {
        let extraction = stored.extraction();
        let context = TraceIds::of(Propagators::default().extract(&extraction.fields).span().span_context());
        let mut process = Process::new(
            STREAM,
            stored.shard.as_str(),
            stored.sequence_number.clone(),
            ProcessOutcome::Succeeded,
            Timestamp(u64::MAX / 2 + 10 * at),
            Timestamp(u64::MAX / 2 + 10 * at + 5),
        );
        process.group = Some(stored.partition_key.as_str().into());
        process.order = extraction.order;
        process.request_id = "request".into();
        process.format = "envelope".into();
        process.span = context.clone().map(|sender| TraceIds::new(sender.trace_id, "00000000000000ab"));
        process.relation = context.as_ref().map(|_| Relation::Parent);
        process.context = context;
        process.payload_crc32 = ProduceStart::now(STREAM, &stored.partition_key, &extraction.payload).payload_crc32;
        Event::Process(process)
    })
}
