//! What the environment's variables say, for all that a program does not choose itself.

use std::borrow::Cow;

use kinetrace::__private::{RECORD_LOG, warn};
use kinetrace::lambda::{Error, read_variables};
use kinetrace::{KeyNames, Propagators, Telemetry};

use crate::chosen::Chosen;
use crate::configuration::{Configuration, unknown_relation};
use crate::record_log::RecordLog;

/// What is chosen by the program, or by its environment.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) configuration: Configuration,
    pub(crate) record_log: RecordLog,
    pub(crate) telemetry: Telemetry,
}

impl Environment {
    /// Warns of variables that have no effect.
    pub(crate) fn read(
        chosen: Chosen,
        telemetry: Option<Telemetry>,
        record_log: Option<RecordLog>,
    ) -> Result<Self, Error> {
        let (configuration, without_effect, key_names, (log, line)) = read_variables(|get| {
            let (configuration, without_effect) = chosen.over(|get| Configuration::read(get), get)?;
            Ok::<_, Error>((configuration, without_effect, KeyNames::read(get)?, chosen_log(record_log, get)))
        })?;
        let relation = unknown_relation(|name| std::env::var(name).ok()).filter(|_| chosen.relation.is_none());
        relation.iter().chain(&without_effect).chain(&line).for_each(warn);
        let telemetry = telemetry.map_or_else(telemetry_of_variables, Ok)?;
        Ok(Self { configuration, record_log: named(log, key_names), telemetry })
    }

    /// Without variables.
    pub(crate) fn empty(chosen: Chosen, telemetry: Option<Telemetry>, record_log: Option<RecordLog>) -> Self {
        let telemetry = telemetry.unwrap_or_else(|| Telemetry::new(None, Propagators::default()));
        let configuration = chosen.or(Configuration::default());
        Self { configuration, record_log: record_log.unwrap_or_default(), telemetry }
    }
}

/// Providers as the `OTEL_*` variables describe them.
#[cfg(feature = "otlp")]
fn telemetry_of_variables() -> Result<Telemetry, Error> {
    Ok(Telemetry::from_env()?)
}

/// Without an exporter, there is nothing that the variables could describe. What a record carries is passed on as it is.
#[cfg(not(feature = "otlp"))]
fn telemetry_of_variables() -> Result<Telemetry, Error> {
    let endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
    if let Some(name) = endpoints.into_iter().find(|name| std::env::var_os(name).is_some()) {
        warn(format_args!("{name} has no effect: kinetrace-consumer was built without its feature `otlp`"));
    }
    Ok(Telemetry::new(None, Propagators::default()))
}

/// The program's log, or the variable's; and a line about the variable, if it has no effect.
fn chosen_log(chosen: Option<RecordLog>, lookup: impl Fn(&str) -> Option<String>) -> (RecordLog, Option<String>) {
    let Some(log) = chosen else { return RecordLog::read(lookup) };
    let variable = lookup(RECORD_LOG).filter(|value| !value.trim().is_empty());
    let line = || format!("the program chooses its record log itself, so {RECORD_LOG} has no effect");
    (log, variable.map(|_| line()))
}

/// What must not be seen is not seen because a program chooses where lines go.
fn named(log: RecordLog, key_names: KeyNames) -> RecordLog {
    if matches!(log.named().name("key"), Cow::Borrowed(_)) { log.key_names(key_names) } else { log }
}
