//! Either kind of event.

use serde_json::Value;

use crate::event::Event;
use crate::kafka_event::KafkaEvent;

/// An event that a handler can be invoked with: an [`Event`] of Kinesis, or a [`KafkaEvent`].
pub trait AnyEvent: private::Sealed {
    /// As Lambda sends it.
    fn to_json(&self) -> Value;
}

mod private {
    pub trait Sealed {}
}

impl private::Sealed for Event {}

impl AnyEvent for Event {
    fn to_json(&self) -> Value {
        self.to_json()
    }
}

impl private::Sealed for KafkaEvent {}

impl AnyEvent for KafkaEvent {
    fn to_json(&self) -> Value {
        self.to_json()
    }
}
