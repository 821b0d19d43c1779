//! Which transport the records take.

use clap::ValueEnum;

/// What carries the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Transport {
    /// Amazon Kinesis.
    Kinesis,
    /// Apache Kafka.
    Kafka,
}

impl Transport {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Transport::Kinesis => "kinesis",
            Transport::Kafka => "kafka",
        }
    }

    /// Refuses what this program was built without.
    pub(crate) fn is_built_in(self, command: &str) -> Result<(), String> {
        if self == Transport::Kinesis || cfg!(feature = "kafka") {
            return Ok(());
        }
        Err(format!(
            "--transport kafka: this program was built without Kafka; build it with `cargo run --release --features kafka -- \
             {command} --transport kafka`"
        ))
    }

    /// Refuses a flag of another transport, which would have no effect.
    pub(crate) fn refuse_foreign(self, flags: &[(&str, bool, Self)]) -> Result<(), String> {
        let foreign = flags.iter().find(|(_, is_given, of)| *is_given && *of != self);
        foreign.map_or(Ok(()), |(flag, _, of)| {
            Err(format!("{flag} is for --transport {}: leave it out with {}", of.name(), self.name()))
        })
    }
}
