//! The consumer's environment variables.

use kinetrace::Reader;

/// A variable is malformed.
#[derive(Debug, thiserror::Error)]
#[error("{name}={value:?} is not understood: use `true` or `false`")]
pub(crate) struct Malformed {
    name: &'static str,
    value: String,
}

/// How records are read, by `KINETRACE_STRIP_FOREIGN` and `KINETRACE_READ_PARTITION_KEY`.
pub(crate) fn reader(lookup: impl Fn(&str) -> Option<String>) -> Result<Reader, Malformed> {
    let flag = |name: &'static str| {
        let Some(value) = lookup(name).filter(|value| !value.trim().is_empty()) else { return Ok(None) };
        value.trim().parse::<bool>().map(Some).map_err(|_| Malformed { name, value })
    };
    let mut reader = Reader::default();
    if let Some(strip) = flag("KINETRACE_STRIP_FOREIGN")? {
        reader = reader.strip_foreign(strip);
    }
    if let Some(read) = flag("KINETRACE_READ_PARTITION_KEY")? {
        reader = reader.read_partition_key(read);
    }
    Ok(reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<Reader, Malformed> {
        reader(|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn each_variable_switches_its_option_and_nothing_else() {
        let default = Reader::default();
        let table = [
            ("KINETRACE_STRIP_FOREIGN", "true", default.strip_foreign(true)),
            ("KINETRACE_STRIP_FOREIGN", "false", default),
            ("KINETRACE_STRIP_FOREIGN", " ", default),
            ("KINETRACE_READ_PARTITION_KEY", "false", default.read_partition_key(false)),
            ("KINETRACE_READ_PARTITION_KEY", "true", default),
        ];
        for (name, value, expected) in table {
            assert_eq!(read(name, value).unwrap(), expected, "{name}={value}");
        }
    }

    #[test]
    fn a_malformed_value_is_refused_by_name() {
        for name in ["KINETRACE_STRIP_FOREIGN", "KINETRACE_READ_PARTITION_KEY"] {
            let error = read(name, "yes").unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("yes"), "{error}");
        }
    }
}
