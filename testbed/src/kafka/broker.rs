//! The emulator, and no other file names it: krafka's broker for tests.
//!
//! It is young, and outside its crate's promise of stable versions, so its version is pinned. It has what a broker
//! needs that order is tested on: it keeps every record, takes a producer's batches once and in their order, and can write a
//! request and then fail to answer. It has not: replicas, so a leader never moves; disks; quotas.

use std::fmt;

use krafka::KrafkaError;
use krafka::error::ErrorCode;
use krafka::testing::{ApiKey, Control, FakeBroker};

use super::faults::{Decision, Fault, Faults};
use super::topic::{KafkaError, Topic};
use crate::server::StartError;

/// A broker on an ephemeral port of this machine, until it is dropped.
pub struct Broker {
    broker: FakeBroker,
}

impl Broker {
    /// A broker that does what it is asked to.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start() -> Result<Self, StartError> {
        let broker = FakeBroker::start().await.map_err(cannot_start)?;
        Ok(Self { broker })
    }

    /// A broker that treats Produce requests as these faults say.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start_behind(faults: Faults) -> Result<Self, StartError> {
        let started = Self::start().await?;
        started.broker.on(ApiKey::Produce, move |_| control(faults.next()));
        Ok(started)
    }

    /// `127.0.0.1:<port>`.
    pub fn bootstrap_servers(&self) -> String {
        self.broker.bootstrap_servers()
    }

    /// Adds partitions to a topic of this broker until there are so many, because it does not serve the request that does so; see
    /// [`Topic::grow`].
    ///
    /// # Errors
    /// The broker does not answer.
    pub async fn grow(&self, topic: &Topic, partitions: i32) -> Result<(), KafkaError> {
        self.broker.add_partitions(topic.name(), partitions);
        topic.wait_for(partitions).await
    }

    /// How many records a topic has.
    pub fn stored(&self, topic: &str) -> u64 {
        let ends = (0..).map_while(|partition| self.broker.next_offset(topic, partition));
        ends.filter_map(|end| u64::try_from(end).ok()).sum()
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker").field("bootstrap_servers", &self.bootstrap_servers()).finish_non_exhaustive()
    }
}

fn control(Decision { fault, throttled }: Decision) -> Control {
    let control = fault.map_or(Control::Pass, |fault| {
        let answer = match fault {
            Fault::ErrorBefore => Control::Error(ErrorCode::NotLeaderForPartition),
            Fault::Unavailable => Control::Error(ErrorCode::NotEnoughReplicas),
            Fault::ErrorAfter => Control::Error(ErrorCode::RequestTimedOut),
            Fault::HangBefore | Fault::HangAfter => Control::Silence,
            Fault::ResetBefore | Fault::ResetAfter => Control::Disconnect,
        };
        if fault.writes() { Control::ApplyThen(Box::new(answer)) } else { answer }
    });
    match throttled {
        Some(time) => Control::DelayThen(time, Box::new(control)),
        None => control,
    }
}

fn cannot_start(source: KrafkaError) -> StartError {
    StartError::from(std::io::Error::other(source))
}
