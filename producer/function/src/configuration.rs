//! The function's environment variables.

use kinetrace::__private::{RecordLogFilter, key_attribute};
use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, KeyNames, KeyNamesError};
use kinetrace_producer::AutoDistribution;

/// What the variables `KINETRACE_…` say.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) stream: String,
    pub(crate) group_field: String,
    pub(crate) carrier: Option<Carrier>,
    pub(crate) max_record_bytes: usize,
    pub(crate) auto_distribution: AutoDistribution,
    pub(crate) key_names: KeyNames,
    /// Spans name keys.
    pub(crate) key_attribute: bool,
    /// Which events have a line.
    pub(crate) record_log: RecordLogFilter,
    /// Callers are strangers, whose traces are linked to and not continued.
    pub(crate) public_endpoint: bool,
}

/// A variable is missing or malformed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error("{name} is not set: it names {meaning}")]
    Missing { name: &'static str, meaning: &'static str },
    #[error("{name}={value:?} is not understood: {hint}")]
    Malformed { name: &'static str, value: String, hint: &'static str },
    #[error(transparent)]
    KeyNames(#[from] KeyNamesError),
}

/// The largest record any stream can be set to take, in bytes
/// (<https://docs.aws.amazon.com/streams/latest/dev/large-records.html>).
const LARGEST_RECORD: usize = 10 * 1024 * 1024;

impl Configuration {
    pub(crate) fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigurationError> {
        let lookup = &lookup;
        let get = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let required = |name, meaning| get(name).ok_or(ConfigurationError::Missing { name, meaning });
        Ok(Self {
            stream: required("KINETRACE_STREAM", "the stream to publish to")?,
            group_field: required("KINETRACE_GROUP_FIELD", "the field of an event whose value is its group")?,
            carrier: carrier(get("KINETRACE_CARRIER").as_deref())?,
            max_record_bytes: max_record_bytes(get("KINETRACE_MAX_RECORD_BYTES"))?,
            auto_distribution: auto_distribution(get("KINETRACE_AUTO_DISTRIBUTION"))?,
            record_log: RecordLogFilter::read(lookup).0,
            public_endpoint: flag("KINETRACE_PUBLIC_ENDPOINT", get)?,
            key_names: KeyNames::read(lookup)?,
            key_attribute: key_attribute(lookup),
        })
    }
}

fn carrier(value: Option<&str>) -> Result<Option<Carrier>, ConfigurationError> {
    match value {
        None => Ok(Some(Carrier::default())),
        Some("none") => Ok(None),
        Some(name) => name.parse().map(Some).map_err(|_| ConfigurationError::Malformed {
            name: "KINETRACE_CARRIER",
            value: name.to_owned(),
            hint: "use `envelope`, `member`, `datadog`, `aggregate`, `partition-key` or `none`",
        }),
    }
}

fn max_record_bytes(value: Option<String>) -> Result<usize, ConfigurationError> {
    let Some(value) = value else { return Ok(DEFAULT_MAX_RECORD_BYTES) };
    let bytes = value.trim().parse().ok().filter(|bytes| (DEFAULT_MAX_RECORD_BYTES..=LARGEST_RECORD).contains(bytes));
    bytes.ok_or(ConfigurationError::Malformed {
        name: "KINETRACE_MAX_RECORD_BYTES",
        value,
        hint: "use the stream's limit, from 1048576 (1 MiB) to 10485760 (10 MiB)",
    })
}

fn flag(name: &'static str, get: impl Fn(&str) -> Option<String>) -> Result<bool, ConfigurationError> {
    let Some(value) = get(name) else { return Ok(false) };
    let hint = "use `true` or `false`";
    value.trim().parse().map_err(|_| ConfigurationError::Malformed { name, value, hint })
}

fn auto_distribution(value: Option<String>) -> Result<AutoDistribution, ConfigurationError> {
    let Some(value) = value else { return Ok(AutoDistribution::Refuse) };
    match value.as_str() {
        "refuse" => Ok(AutoDistribution::Refuse),
        "warn" => Ok(AutoDistribution::Warn),
        "allow" => Ok(AutoDistribution::Allow),
        _ => Err(ConfigurationError::Malformed {
            name: "KINETRACE_AUTO_DISTRIBUTION",
            value,
            hint: "use `refuse`, `warn` or `allow`",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Configuration, ConfigurationError> {
        let required = [("KINETRACE_STREAM", "flights"), ("KINETRACE_GROUP_FIELD", "tailnum")];
        let find = |name: &str| variables.iter().chain(&required).find(|(n, _)| *n == name);
        Configuration::read(|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let configuration = read(&[]).unwrap();
        assert_eq!(configuration.carrier, Some(Carrier::Envelope));
        assert_eq!(configuration.max_record_bytes, DEFAULT_MAX_RECORD_BYTES);
        assert_eq!(configuration.auto_distribution, AutoDistribution::Refuse);
        assert_eq!(configuration.record_log, RecordLogFilter::None);
        assert_eq!(read(&[("KINETRACE_RECORD_LOG", "failures")]).unwrap().record_log, RecordLogFilter::Failures);
        assert!(!configuration.public_endpoint && configuration.key_attribute);
        assert!(!read(&[("KINETRACE_KEY_ATTRIBUTE", "false")]).unwrap().key_attribute);
        assert!(read(&[("KINETRACE_PUBLIC_ENDPOINT", " true ")]).unwrap().public_endpoint);
    }

    #[test]
    fn each_way_to_treat_a_stream_without_order_has_a_name() {
        for (value, expected) in
            [("refuse", AutoDistribution::Refuse), ("warn", AutoDistribution::Warn), ("allow", AutoDistribution::Allow)]
        {
            assert_eq!(read(&[("KINETRACE_AUTO_DISTRIBUTION", value)]).unwrap().auto_distribution, expected);
        }
    }

    #[test]
    fn every_variable_is_refused_by_name_and_value() {
        for (name, value) in [
            ("KINETRACE_STREAM", " "),
            ("KINETRACE_GROUP_FIELD", ""),
            ("KINETRACE_CARRIER", "headers"),
            ("KINETRACE_MAX_RECORD_BYTES", "1MB"),
            ("KINETRACE_MAX_RECORD_BYTES", "1048575"),
            ("KINETRACE_AUTO_DISTRIBUTION", "deny"),
            ("KINETRACE_HASH_KEYS", "yes"),
            ("KINETRACE_PUBLIC_ENDPOINT", "yes"),
        ] {
            let error = read(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value.trim()), "{error}");
        }
    }
}
