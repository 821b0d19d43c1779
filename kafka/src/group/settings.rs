//! What a group sets in the configuration of librdkafka.

use ::rdkafka::ClientConfig;

/// What is committed is what was done, always, and what a new group begins with is the first record, unless another is asked for.
pub(super) fn settings(config: &ClientConfig) -> ClientConfig {
    let mut config = config.clone();
    config.set("enable.auto.offset.store", "false").set("enable.auto.commit", "true");
    // This, too, turns commits off.
    if config.get("auto.commit.interval.ms").is_some_and(|interval| interval.trim() == "0") {
        config.remove("auto.commit.interval.ms");
    }
    if config.get("auto.offset.reset").is_none() {
        config.set("auto.offset.reset", "earliest");
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_committed_whatever_was_set_and_a_new_group_begins_with_the_first_record_unless_told() {
        for (given, name, expected) in [
            (&[][..], "auto.offset.reset", Some("earliest")),
            (&[("auto.offset.reset", "latest")], "auto.offset.reset", Some("latest")),
            (&[], "enable.auto.offset.store", Some("false")),
            (&[("enable.auto.offset.store", "true")], "enable.auto.offset.store", Some("false")),
            (&[("enable.auto.commit", "false")], "enable.auto.commit", Some("true")),
            (&[("auto.commit.interval.ms", "0")], "auto.commit.interval.ms", None),
            (&[("auto.commit.interval.ms", "100")], "auto.commit.interval.ms", Some("100")),
            (&[("group.id", "departures")], "group.id", Some("departures")),
        ] {
            let pairs = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let config = settings(&pairs.collect());
            assert_eq!(config.get(name), expected, "{given:?}");
            config.create_native_config().unwrap();
        }
    }
}
