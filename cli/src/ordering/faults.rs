//! What goes wrong in a run, and how its publishers are set to live with it.

use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::config::timeout::TimeoutConfig;
use clap::ValueEnum;
use kinetrace_testbed::kinesis::faults::Level;

/// When publishers give up on an attempt that faults may have caught. The default of the ordered publisher is 5 s, that of
/// the SDK is never: a run would wait for its hangs most of the time, or for ever.
pub(super) const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(300);

/// How long the SDK waits before it tries again: first at most, and ever. Its defaults are 1 s and 20 s, for many
/// programs on one stream; here there is one.
const BACKOFF: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(100)];

/// How much goes wrong between the publishers and Kinesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FaultLevel {
    /// Nothing.
    None,
    /// A few calls and entries in a hundred.
    Light,
    /// A third of the calls, and an eighth of the entries.
    Heavy,
}

impl FaultLevel {
    pub(super) fn level(self) -> Option<Level> {
        match self {
            FaultLevel::None => None,
            FaultLevel::Light => Some(Level::Light),
            FaultLevel::Heavy => Some(Level::Heavy),
        }
    }

    /// The level's name, and with `reshard` that as well.
    pub(super) fn name(self, reshard: bool) -> &'static str {
        match (self, reshard) {
            (FaultLevel::None, false) => "none",
            (FaultLevel::None, true) => "reshard",
            (FaultLevel::Light, false) => "light",
            (FaultLevel::Light, true) => "light+reshard",
            (FaultLevel::Heavy, false) => "heavy",
            (FaultLevel::Heavy, true) => "heavy+reshard",
        }
    }
}

/// The client with the SDK's own retries, as most programs have it, but less patient.
pub(super) fn impatient(client: &Client) -> Client {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build();
    let [first, longest] = BACKOFF;
    let retries = RetryConfig::standard().with_initial_backoff(first).with_max_backoff(longest);
    Client::from_conf(client.config().to_builder().timeout_config(timeouts).retry_config(retries).build())
}
