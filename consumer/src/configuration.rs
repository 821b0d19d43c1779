//! What can be chosen of a consumer, and the environment variables that do.

use std::num::NonZero;

use kinetrace::__private::key_attribute;
use kinetrace::Reader;
use kinetrace::lambda::Error;

use crate::kafka::Answer;

/// What can be chosen of a [`Consumer`](crate::Consumer), each with a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Configuration {
    /// How records are read.
    pub(crate) reader: Reader,
    /// How the spans of records relate to their contexts.
    pub(crate) relation: RelationPolicy,
    /// How many records of different partition keys are processed at once.
    pub(crate) max_concurrency: NonZero<usize>,
    /// Whether the span of a record names its partition key.
    pub(crate) key_attribute: bool,
    /// How the answer reports records of Kafka that are not done.
    pub(crate) kafka_answer: Answer,
    /// Whether values and keys of Kafka are looked into for a context, as those of Kinesis are.
    pub(crate) read_kafka_values: bool,
    /// Whether records of Kafka that were done before their batch failed are skipped when it comes again.
    pub(crate) skip_kafka_repeats: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            reader: Reader::default(),
            relation: RelationPolicy::default(),
            max_concurrency: NonZero::<usize>::MIN,
            key_attribute: true,
            kafka_answer: Answer::default(),
            read_kafka_values: false,
            skip_kafka_repeats: true,
        }
    }
}

/// How the process span of a record relates to the context that the record carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RelationPolicy {
    /// `Parent` for a record that is alone in its invocation, and `Link` for several.
    #[default]
    Auto,
    /// The producer's trace goes on. A record that is alone in its invocation is continued by the whole invocation; of
    /// several, each process span is a child of its producer's span and links to the invocation's.
    Parent,
    /// The process span is a child of the invocation's and links to its producer's.
    Link,
}

/// A variable is malformed.
#[derive(Debug, thiserror::Error)]
#[error("{name}={value:?} is not understood: use {hint}")]
pub(crate) struct VariableError {
    name: &'static str,
    value: String,
    hint: &'static str,
}

impl From<VariableError> for Error {
    fn from(error: VariableError) -> Self {
        Self::new(error)
    }
}

pub(crate) const STRIP_FOREIGN: &str = "KINETRACE_STRIP_FOREIGN";
pub(crate) const READ_PARTITION_KEY: &str = "KINETRACE_READ_PARTITION_KEY";
pub(crate) const RELATION: &str = "KINETRACE_RELATION";
pub(crate) const MAX_CONCURRENCY: &str = "KINETRACE_MAX_CONCURRENCY";
pub(crate) const KAFKA_ANSWER: &str = "KINETRACE_KAFKA_ANSWER";
pub(crate) const READ_KAFKA_VALUES: &str = "KINETRACE_READ_KAFKA_VALUES";
pub(crate) const SKIP_KAFKA_REPEATS: &str = "KINETRACE_SKIP_KAFKA_REPEATS";
/// As [`key_attribute`] has it.
pub(crate) const KEY_ATTRIBUTE: &str = "KINETRACE_KEY_ATTRIBUTE";

impl Configuration {
    /// By `KINETRACE_STRIP_FOREIGN`, `KINETRACE_READ_PARTITION_KEY`, `KINETRACE_RELATION`, `KINETRACE_MAX_CONCURRENCY`,
    /// `KINETRACE_KEY_ATTRIBUTE`, `KINETRACE_KAFKA_ANSWER`, `KINETRACE_READ_KAFKA_VALUES` and `KINETRACE_SKIP_KAFKA_REPEATS`. Which span is whose parent stops no record: a relation that there is not is the default, and
    /// [reported](unknown_relation).
    pub(crate) fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, VariableError> {
        let mut configuration = Self { key_attribute: key_attribute(&lookup), ..Self::default() };
        let flag = |name| read(&lookup, name, "`true` or `false`", |value| value.parse().ok());
        if let Some(strip) = flag(STRIP_FOREIGN)? {
            configuration.reader = configuration.reader.strip_foreign(strip);
        }
        if let Some(read) = flag(READ_PARTITION_KEY)? {
            configuration.reader = configuration.reader.read_partition_key(read);
        }
        configuration.relation = lookup(RELATION).and_then(|name| RelationPolicy::named(&name)).unwrap_or_default();
        let number = |value: &str| value.parse().ok();
        if let Some(records) = read(&lookup, MAX_CONCURRENCY, "a number from 1", number)? {
            configuration.max_concurrency = records;
        }
        let answer = |value: &str| Answer::named(&value.to_ascii_lowercase());
        if let Some(answer) = read(&lookup, KAFKA_ANSWER, "`error` or `items`", answer)? {
            configuration.kafka_answer = answer;
        }
        if let Some(is_on) = flag(READ_KAFKA_VALUES)? {
            configuration.read_kafka_values = is_on;
        }
        if let Some(is_on) = flag(SKIP_KAFKA_REPEATS)? {
            configuration.skip_kafka_repeats = is_on;
        }
        Ok(configuration)
    }
}

/// What is reported about a relation that does not exist.
pub(crate) fn unknown_relation(lookup: impl Fn(&str) -> Option<String>) -> Option<String> {
    let name = lookup(RELATION).filter(|name| !name.trim().is_empty() && RelationPolicy::named(name).is_none())?;
    Some(format!("{RELATION}={name:?} is not understood, so auto is used: use auto, parent or link"))
}

impl RelationPolicy {
    fn named(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "auto" => Some(Self::Auto),
            "parent" => Some(Self::Parent),
            "link" => Some(Self::Link),
            _ => None,
        }
    }
}

/// An empty variable is none.
fn read<T>(
    lookup: impl Fn(&str) -> Option<String>,
    name: &'static str,
    hint: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, VariableError> {
    let Some(value) = lookup(name).filter(|value| !value.trim().is_empty()) else { return Ok(None) };
    match parse(value.trim()) {
        Some(parsed) => Ok(Some(parsed)),
        None => Err(VariableError { name, value, hint }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<Configuration, VariableError> {
        Configuration::read(|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn each_variable_switches_its_option_and_nothing_else() {
        let default = Configuration::default();
        let reading = |reader| Configuration { reader, ..default };
        let relating = |relation| Configuration { relation, ..default };
        let at_once = |records| Configuration { max_concurrency: NonZero::new(records).unwrap(), ..default };
        let table = [
            ("KINETRACE_STRIP_FOREIGN", "true", reading(default.reader.strip_foreign(true))),
            ("KINETRACE_STRIP_FOREIGN", "false", default),
            ("KINETRACE_STRIP_FOREIGN", " ", default),
            ("KINETRACE_READ_PARTITION_KEY", "false", reading(default.reader.read_partition_key(false))),
            ("KINETRACE_READ_PARTITION_KEY", "true", default),
            ("KINETRACE_RELATION", "auto", default),
            ("KINETRACE_RELATION", "parent", relating(RelationPolicy::Parent)),
            ("KINETRACE_RELATION", " Parent\n", relating(RelationPolicy::Parent)),
            ("KINETRACE_RELATION", "link", relating(RelationPolicy::Link)),
            ("KINETRACE_MAX_CONCURRENCY", "1", default),
            ("KINETRACE_MAX_CONCURRENCY", " 16 ", at_once(16)),
            ("KINETRACE_KAFKA_ANSWER", "error", default),
            ("KINETRACE_KAFKA_ANSWER", " Items\n", Configuration { kafka_answer: Answer::Items, ..default }),
            ("KINETRACE_READ_KAFKA_VALUES", "true", Configuration { read_kafka_values: true, ..default }),
            ("KINETRACE_READ_KAFKA_VALUES", "false", default),
            ("KINETRACE_SKIP_KAFKA_REPEATS", "true", default),
            ("KINETRACE_SKIP_KAFKA_REPEATS", "false", Configuration { skip_kafka_repeats: false, ..default }),
            ("KINETRACE_KEY_ATTRIBUTE", "true", default),
            ("KINETRACE_KEY_ATTRIBUTE", "false", Configuration { key_attribute: false, ..default }),
        ];
        for (name, value, expected) in table {
            assert_eq!(read(name, value).unwrap(), expected, "{name}={value}");
        }
    }

    #[test]
    fn a_malformed_value_is_refused_by_name() {
        for (name, value) in [
            ("KINETRACE_STRIP_FOREIGN", "yes"),
            ("KINETRACE_READ_PARTITION_KEY", "yes"),
            ("KINETRACE_MAX_CONCURRENCY", "0"),
            ("KINETRACE_MAX_CONCURRENCY", "-1"),
            ("KINETRACE_KAFKA_ANSWER", "item"),
            ("KINETRACE_READ_KAFKA_VALUES", "yes"),
            ("KINETRACE_SKIP_KAFKA_REPEATS", "yes"),
        ] {
            let error = read(name, value).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
    }

    #[test]
    fn an_unknown_relation_is_reported_and_stops_nothing() {
        for (value, is_told) in [("", false), (" ", false), ("link", false), ("LINK", false), ("child", true)] {
            let line = unknown_relation(|name| (name == RELATION).then(|| value.to_owned()));
            assert_eq!(line.is_some(), is_told, "{value}: {line:?}");
            assert!(
                line.is_none_or(
                    |line| line.starts_with("KINETRACE_RELATION=\"child\"") && line.contains("auto is used")
                )
            );
        }
        assert_eq!(read(RELATION, "child").unwrap(), Configuration::default());
    }
}
