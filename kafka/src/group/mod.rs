//! Handlers of `kinetrace_consumer` on the partitions that a consumer group gives to this process.

// In the order of the data.
// * `settings`: what is set in librdkafka's configuration.
// * `message`: a message of librdkafka as a record.
// * `poller`: the thread that polls, and gives each record to the worker of its partition.
// * `partition`: one with its worker; `partitions`: those that this process has; `rebalance`: what happens to them when the group is dealt anew.
// * `worker`: what processes the records of one partition, in order.
// * `held`: which of them are done; `backoff`: how long a failed one waits; `progress`: what the poller is told, and
//   `in_hand`: how much may be read ahead.

mod backoff;
mod consumer;
mod group_error;
mod held;
mod in_hand;
mod message;
mod partition;
mod partitions;
mod poller;
mod progress;
mod rebalance;
mod settings;
mod worker;

pub use consumer::GroupConsumer;
pub use group_error::GroupError;
