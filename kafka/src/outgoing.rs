//! A record that is about to be sent, as tracing sees it.

use std::sync::Arc;

use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation};
use kinetrace::KeyNames;
use kinetrace::kafka::{HeaderList, room};
use opentelemetry::KeyValue;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Outgoing<'a> {
    pub(crate) topic: &'a str,
    pub(crate) key: Option<&'a [u8]>,
    /// `None` is a tombstone.
    pub(crate) payload: Option<&'a [u8]>,
}

impl Outgoing<'_> {
    pub(crate) fn destination(self) -> Destination {
        Destination::Kafka(Arc::from(self.topic))
    }

    /// How many bytes may be added to these headers of the record.
    pub(crate) fn room(self, max_message_bytes: usize, headers: &impl HeaderList) -> usize {
        room(max_message_bytes, self.key, self.payload, headers)
    }

    /// What its span says from the beginning. Keys are left out unless it is said how to name them.
    pub(crate) fn attributes(self, destination: &Destination, key_names: Option<&KeyNames>) -> Vec<KeyValue> {
        let mut attributes = Operation::Send.attributes(destination);
        let key = self.key.and_then(|key| std::str::from_utf8(key).ok()).zip(key_names);
        attributes.extend(
            key.map(|(key, names)| KeyValue::new(names::MESSAGING_KAFKA_MESSAGE_KEY, names.name(key).into_owned())),
        );
        if self.payload.is_none() {
            attributes.push(KeyValue::new(names::MESSAGING_KAFKA_MESSAGE_TOMBSTONE, true));
        }
        attributes
    }
}
