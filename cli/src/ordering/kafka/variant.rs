//! What is varied between runs on Kafka.

use std::fmt;

use super::carrier::Carrier;
use super::publisher::Publisher;
use crate::ordering::arguments::Arguments;
use crate::ordering::flags::named;
use crate::ordering::grow::Grow;
use crate::ordering::row::{Combination, Promise};
use crate::transport::Transport;

/// What distinguishes a run from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) carrier: Carrier,
    pub(super) publisher: Publisher,
}

impl Variant {
    /// The combination that a row is about.
    pub(super) fn combination(self, arguments: &Arguments) -> Combination {
        Combination {
            carrier: self.carrier.name(),
            publisher: self.publisher.name(),
            parallelization_factor: None,
            batch_size: arguments.batch_size(),
            faults: faults(arguments),
            promise: self.promise(arguments.grow),
        }
    }

    fn promise(self, grow: Option<Grow>) -> Promise {
        let leaves_the_key = self.carrier != Carrier::Key;
        Promise {
            keeps_order: self.publisher.is_idempotent() && leaves_the_key && grow != Some(Grow::AtOnce),
            // The consumer looks for none in the key.
            carries_context: self.carrier == Carrier::Headers,
            scatters: !leaves_the_key,
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "carrier {}, publisher {}", self.carrier.name(), self.publisher.name())
    }
}

/// The level of the faults, and how the topic grows.
pub(super) fn faults(arguments: &Arguments) -> String {
    let level = arguments.faults.name(false);
    match (arguments.faults.level(), arguments.grow) {
        (_, None) => level.to_owned(),
        (None, Some(Grow::Drained)) => "grow".to_owned(),
        (None, Some(Grow::AtOnce)) => "grow at once".to_owned(),
        (Some(_), Some(Grow::Drained)) => format!("{level}+grow"),
        (Some(_), Some(Grow::AtOnce)) => format!("{level}+grow at once"),
    }
}

/// Every combination, carriers outermost, so that the rows to compare stand together.
///
/// # Errors
/// A name that is not one of Kafka's, or a publisher that is not built in.
pub(super) fn all(arguments: &Arguments) -> Result<Vec<Variant>, String> {
    let carriers = named(Transport::Kafka, "--carrier", &arguments.carrier, &Carrier::ALL)?;
    let publishers = named(Transport::Kafka, "--publisher", &arguments.publisher, &Publisher::built_in())?;
    let publishers = publishers.into_iter().map(Publisher::check).collect::<Result<Vec<_>, _>>()?;
    let of = |carrier| publishers.iter().map(move |&publisher| Variant { carrier, publisher });
    Ok(carriers.into_iter().flat_map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_promised_where_the_producer_is_idempotent_the_key_is_left_alone_and_the_topic_grows_drained() {
        use Grow::{AtOnce, Drained};
        let table = [
            (Publisher::Krafka, Carrier::Headers, None, true),
            (Publisher::RdkafkaIdempotent, Carrier::None, Some(Drained), true),
            (Publisher::Krafka, Carrier::Headers, Some(AtOnce), false),
            (Publisher::Krafka, Carrier::Key, None, false),
            (Publisher::Rdkafka, Carrier::Headers, None, false),
            (Publisher::RdkafkaOneInFlight, Carrier::Headers, None, false),
        ];
        for (publisher, carrier, grow, expected) in table {
            let promise = Variant { carrier, publisher }.promise(grow);
            assert_eq!(promise.keeps_order, expected, "{publisher:?} {carrier:?} {grow:?}");
            assert_eq!(promise.scatters, carrier == Carrier::Key);
        }
    }
}
