//! A record between the caller's call and the answer that settles it.

use std::sync::Arc;

use kinetrace::__private::{Known, aggregation};
use kinetrace::history::{PutOutcome, Timestamp, TraceIds};
use kinetrace::{Carrier, Fields, HashKey, Injection, Order, Reader, Record};
use tokio::sync::oneshot;

use super::flush::NoAnswer;
use super::membership::Membership;
use super::room::Permit;
use crate::attempt::Stored;
use crate::create_span::CreateSpan;
use crate::delivery::{Ack, Message, Untold};
use crate::failure::Failure;
use crate::metrics::Waiting;
use crate::outbox::{Entry, Halt, Why};
use crate::send_error::{DeliveryError, SendError};
use crate::trace_settings::TraceSettings;

#[derive(Debug)]
pub(crate) struct Pending {
    /// As it goes into the stream.
    record: Record,
    original: Original,
    order: Order,
    injection: Option<Injection>,
    span: CreateSpan,
    caller: Caller,
    waiting: Waiting,
    _permit: Permit,
}

/// Who waits for the answer: first the caller, whose delivery has it before a flush ends.
#[derive(Debug)]
pub(super) struct Caller {
    sender: oneshot::Sender<Message>,
    _no_answer: NoAnswer,
    batch: Option<Arc<Membership>>,
}

/// What injection may have changed. The payload is not kept twice: it can be read back to the byte.
#[derive(Debug)]
struct Original {
    key: Arc<str>,
    explicit_hash_key: Option<HashKey>,
    bytes: usize,
}

impl Pending {
    pub(super) fn new(
        (mut record, known): (Record, Known),
        order: Order,
        (span, fields): (CreateSpan, Fields),
        settings: &TraceSettings,
        (permit, waiting): (Permit, Waiting),
        caller: Caller,
    ) -> Self {
        let original = Original {
            key: record.partition_key.as_str().into(),
            explicit_hash_key: record.explicit_hash_key,
            bytes: record.data.len(),
        };
        let limit = settings.max_record_bytes;
        let inject = |carrier: Carrier| carrier.inject_known(&mut record, known, &fields, Some(order), limit);
        let injection = settings.carrier.map(inject);
        Self { record, original, order, injection, span, caller, waiting, _permit: permit }
    }

    /// As the outbox has it; `place` is where its key belongs, and `joins` whether it may be packed.
    pub(super) fn into_entry(self, place: HashKey, joins: bool) -> Entry<Self> {
        // The carrier may have given it a key of its own.
        let is_of_key = *self.record.partition_key == *self.original.key;
        let packed_bytes = (joins && is_of_key).then(|| aggregation::packed_bytes(&self.record));
        let (key, bytes) = (Arc::clone(&self.original.key), self.record.size());
        let terms = self.caller.batch.as_ref().map(|batch| batch.terms);
        Entry { key, place, bytes, packed_bytes, terms, item: self }
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    pub(super) fn span(&self) -> &CreateSpan {
        &self.span
    }

    /// Kinesis has it, in this place of an aggregated record if it was packed.
    pub(super) fn arrive(mut self, stored: Stored, sub_sequence_number: Option<u64>) {
        let settled_at = Timestamp::now();
        self.span.arrive(&stored, self.injection);
        self.waiting.arrive(&stored.shard_id);
        let travels = self.injection == Some(Injection::Injected);
        let context = travels.then(|| TraceIds::of(&self.span.span_context())).flatten();
        let Stored { shard_id, sequence_number } = stored;
        let (order, injection) = (self.order, self.injection);
        let ack = Ack { shard_id, sequence_number, sub_sequence_number, order, injection, context, settled_at };
        self.caller.tell((Ok(ack), None));
    }

    /// It is given up. `untold` ends when its caller has been told.
    pub(super) fn fail(self, why: Why, outcome: PutOutcome, untold: Option<Untold>) {
        let (caller, error) = self.give_back(why, outcome);
        caller.tell((Err(error), untold));
    }

    /// It was never taken: its caller waits for the answer.
    pub(super) fn refuse(self, halt: Halt) -> Box<SendError> {
        self.give_back(Why::Halt(halt), PutOutcome::Failed).1
    }

    fn give_back(mut self, why: Why, outcome: PutOutcome) -> (Caller, Box<SendError>) {
        let settled_at = Timestamp::now();
        let permanent = matches!(why, Why::Put { permanent: true, .. });
        let reason = DeliveryError::from(why);
        self.span.fail(&Failure::new(reason.error_type(), reason.to_string()), self.injection);
        self.waiting.fail(&reason);
        let order = Some(self.order);
        let (caller, record) = self.into_original();
        (caller, Box::new(SendError { record: Some(record), order, reason, outcome, permanent, settled_at }))
    }

    fn into_original(self) -> (Caller, Record) {
        let mut record = self.record;
        if record.data.len() != self.original.bytes {
            let read = Reader::default().records(std::mem::take(&mut record.data).into(), None);
            record.data = read.get(0).map(|record| record.payload).unwrap_or_default().into();
        }
        record.partition_key = self.original.key.as_ref().to_owned();
        record.explicit_hash_key = self.original.explicit_hash_key;
        (self.caller, record)
    }
}

impl Caller {
    pub(super) fn new(sender: oneshot::Sender<Message>, no_answer: NoAnswer, batch: Option<Arc<Membership>>) -> Self {
        Self { sender, _no_answer: no_answer, batch }
    }

    fn tell(self, message: Message) {
        // A caller that has dropped the delivery does not want to know; then this drops what ends once it is told.
        let _ = self.sender.send(message);
    }
}

impl From<Why> for DeliveryError {
    fn from(why: Why) -> Self {
        match why {
            Why::Put { attempts, cause, .. } => DeliveryError::Put { attempts, cause },
            Why::Halt(Halt::Key(cause)) => DeliveryError::Halted(cause),
            Why::Halt(Halt::TooMany(keys)) => DeliveryError::TooManyHalted(keys),
            Why::Halt(Halt::All(cause)) => DeliveryError::Stopped(cause),
            Why::Halt(Halt::Expired) => DeliveryError::Expired,
            Why::Halt(Halt::Closed) => DeliveryError::Closed,
        }
    }
}
