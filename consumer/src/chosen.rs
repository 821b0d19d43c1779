//! What a program chooses of a configuration, before its variables.

use std::cell::RefCell;
use std::num::NonZero;

use kinetrace::Reader;

use crate::configuration::{self, Configuration, RelationPolicy};
use crate::kafka::Answer;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Chosen {
    pub(crate) reader: Option<Reader>,
    pub(crate) relation: Option<RelationPolicy>,
    pub(crate) max_concurrency: Option<NonZero<usize>>,
    pub(crate) key_attribute: Option<bool>,
    pub(crate) kafka_answer: Option<Answer>,
    pub(crate) read_kafka_values: Option<bool>,
    pub(crate) skip_kafka_repeats: Option<bool>,
}

impl Chosen {
    /// What is chosen, and all else as `read` finds it in the variables; and a line about those that set what is chosen.
    pub(crate) fn over<E>(
        self,
        read: impl FnOnce(&dyn Fn(&str) -> Option<String>) -> Result<Configuration, E>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(Configuration, Option<String>), E> {
        let names = self.names();
        let without_effect = RefCell::new(Vec::new());
        let others = |name: &str| {
            let value = variable(name);
            if !names.contains(&name) {
                return value;
            }
            if value.is_some_and(|value| !value.trim().is_empty()) {
                without_effect.borrow_mut().push(name.to_owned());
            }
            None
        };
        let variables = read(&others)?;
        let without_effect = without_effect.into_inner().join(", ");
        let line = || format!("the program chooses itself what {without_effect} would set, so that has no effect");
        Ok((self.or(variables), (!without_effect.is_empty()).then(line)))
    }

    /// What is chosen, and all else as in `others`.
    pub(crate) fn or(self, others: Configuration) -> Configuration {
        Configuration {
            reader: self.reader.unwrap_or(others.reader),
            relation: self.relation.unwrap_or(others.relation),
            max_concurrency: self.max_concurrency.unwrap_or(others.max_concurrency),
            key_attribute: self.key_attribute.unwrap_or(others.key_attribute),
            kafka_answer: self.kafka_answer.unwrap_or(others.kafka_answer),
            read_kafka_values: self.read_kafka_values.unwrap_or(others.read_kafka_values),
            skip_kafka_repeats: self.skip_kafka_repeats.unwrap_or(others.skip_kafka_repeats),
        }
    }

    /// The variables that set what is chosen.
    fn names(&self) -> Vec<&'static str> {
        let of = |is_chosen: bool, names: &'static [&'static str]| if is_chosen { names } else { &[] };
        [
            of(self.reader.is_some(), &[configuration::STRIP_FOREIGN, configuration::READ_PARTITION_KEY]),
            of(self.relation.is_some(), &[configuration::RELATION]),
            of(self.max_concurrency.is_some(), &[configuration::MAX_CONCURRENCY]),
            of(self.key_attribute.is_some(), &[configuration::KEY_ATTRIBUTE]),
            of(self.kafka_answer.is_some(), &[configuration::KAFKA_ANSWER]),
            of(self.read_kafka_values.is_some(), &[configuration::READ_KAFKA_VALUES]),
            of(self.skip_kafka_repeats.is_some(), &[configuration::SKIP_KAFKA_REPEATS]),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn over(chosen: Chosen, variables: Variables<'_>) -> (Configuration, Option<String>) {
        let variable = |name: &str| variables.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
        chosen.over(|get| Configuration::read(get), &variable).unwrap()
    }

    #[test]
    fn what_a_program_chooses_wins_over_its_variable_and_a_line_says_that_the_variable_has_no_effect() {
        let default = Configuration::default();
        let two = NonZero::new(2).unwrap();
        let reader = default.reader.strip_foreign(true);
        let table: [(Chosen, Variables<'_>, Configuration, &[&str]); 9] = [
            (Chosen::default(), &[], default, &[]),
            (
                Chosen::default(),
                &[("KINETRACE_MAX_CONCURRENCY", "2")],
                Configuration { max_concurrency: two, ..default },
                &[],
            ),
            (
                Chosen { max_concurrency: Some(two), ..Chosen::default() },
                &[("KINETRACE_MAX_CONCURRENCY", "16")],
                Configuration { max_concurrency: two, ..default },
                &["KINETRACE_MAX_CONCURRENCY"],
            ),
            // One that has no effect stops nothing.
            (
                Chosen { max_concurrency: Some(two), ..Chosen::default() },
                &[("KINETRACE_MAX_CONCURRENCY", "many"), ("KINETRACE_KEY_ATTRIBUTE", "false")],
                Configuration { max_concurrency: two, key_attribute: false, ..default },
                &["KINETRACE_MAX_CONCURRENCY"],
            ),
            (
                Chosen { reader: Some(reader), ..Chosen::default() },
                &[("KINETRACE_STRIP_FOREIGN", "false"), ("KINETRACE_READ_PARTITION_KEY", "false")],
                Configuration { reader, ..default },
                &["KINETRACE_STRIP_FOREIGN", "KINETRACE_READ_PARTITION_KEY"],
            ),
            (
                Chosen { relation: Some(RelationPolicy::Link), ..Chosen::default() },
                &[("KINETRACE_RELATION", "parent")],
                Configuration { relation: RelationPolicy::Link, ..default },
                &["KINETRACE_RELATION"],
            ),
            (
                Chosen { key_attribute: Some(true), ..Chosen::default() },
                &[("KINETRACE_KEY_ATTRIBUTE", "false")],
                default,
                &["KINETRACE_KEY_ATTRIBUTE"],
            ),
            (
                Chosen { kafka_answer: Some(Answer::Items), read_kafka_values: Some(true), ..Chosen::default() },
                &[("KINETRACE_KAFKA_ANSWER", "all"), ("KINETRACE_READ_KAFKA_VALUES", "false")],
                Configuration { kafka_answer: Answer::Items, read_kafka_values: true, ..default },
                &["KINETRACE_KAFKA_ANSWER", "KINETRACE_READ_KAFKA_VALUES"],
            ),
            (
                Chosen { key_attribute: Some(true), ..Chosen::default() },
                &[("KINETRACE_KEY_ATTRIBUTE", " ")],
                default,
                &[],
            ),
        ];
        for (chosen, variables, expected, named) in table {
            let (configuration, line) = over(chosen, variables);
            assert_eq!(configuration, expected, "{chosen:?} over {variables:?}");
            assert_eq!(line.is_some(), !named.is_empty(), "{line:?}");
            assert!(named.iter().all(|name| line.as_ref().unwrap().contains(name)), "{line:?}");
        }
    }
}
