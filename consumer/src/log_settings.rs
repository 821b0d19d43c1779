//! Which of the business code's lines are written.

use kinetrace::lambda::LogControls;
use tracing_subscriber::filter::Targets;

const NAME: &str = "RUST_LOG";
const HINT: &str = "use a level, or a list such as info,my_crate=debug";

/// What the variables say, and a line for each that does not do what it says: a log stops no function.
#[derive(Debug)]
pub(crate) struct LogSettings {
    pub(crate) filter: Targets,
    pub(crate) warnings: Vec<String>,
}

impl LogSettings {
    /// `RUST_LOG`, or else `AWS_LAMBDA_LOG_LEVEL`, or else `info`.
    pub(crate) fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let LogControls { level, mut warnings, .. } = LogControls::read(&lookup);
        let default = level.unwrap_or("info");
        let list = lookup(NAME).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let Some(list) = list else { return Self { filter: targets(default), warnings } };
        let (known, unknown): (Vec<_>, Vec<_>) = list
            .split(',')
            .map(str::trim)
            .filter(|directive| !directive.is_empty())
            .partition(|directive| directive.parse::<Targets>().is_ok());
        let used = if known.is_empty() { default.to_owned() } else { known.join(",") };
        if !unknown.is_empty() || known.is_empty() {
            warnings.push(format!("{NAME}={list:?} is not understood, so {used} is used: {HINT}"));
        }
        // Lambda sets a level of its own, `INFO`, wherever the format is JSON.
        if let Some(level) =
            level.filter(|level| !known.is_empty() && *level != "info" && !used.eq_ignore_ascii_case(level))
        {
            let level = level.to_ascii_uppercase();
            warnings.push(format!("AWS_LAMBDA_LOG_LEVEL={level:?} has no effect: {NAME}={list:?} takes precedence"));
        }
        Self { filter: targets(&used), warnings }
    }
}

/// `RUST_LOG`, as far as targets and levels go: what spans hold cannot be filtered by, and the regular expressions for
/// that would be a tenth of the build.
fn targets(list: &str) -> Targets {
    list.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    type Given<'a> = &'a [(&'a str, &'a str)];

    fn read(variables: Given<'_>) -> LogSettings {
        LogSettings::read(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    /// The most that is written of a crate.
    fn most(settings: &LogSettings, target: &str) -> Option<Level> {
        let levels = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
        levels.into_iter().find(|level| settings.filter.would_enable(target, level))
    }

    #[test]
    fn lines_are_filtered_as_rust_log_says_or_else_as_lambda_does() {
        let (rust_log, lambda) = (|value| (NAME, value), |value| ("AWS_LAMBDA_LOG_LEVEL", value));
        let table: [(Given<'_>, Level, Level); 9] = [
            (&[], Level::INFO, Level::INFO),
            (&[rust_log(" ")], Level::INFO, Level::INFO),
            (&[rust_log("debug")], Level::DEBUG, Level::DEBUG),
            (&[rust_log("warn,mine=trace")], Level::TRACE, Level::WARN),
            (&[lambda("DEBUG")], Level::DEBUG, Level::DEBUG),
            (&[lambda("WARN"), rust_log("")], Level::WARN, Level::WARN),
            (&[lambda("FATAL")], Level::ERROR, Level::ERROR),
            (&[lambda("INFO"), rust_log("debug")], Level::DEBUG, Level::DEBUG),
            (&[lambda("WARN"), rust_log("WARN")], Level::WARN, Level::WARN),
        ];
        for (variables, mine, others) in table {
            let settings = read(variables);
            assert_eq!(
                (most(&settings, "mine"), most(&settings, "others")),
                (Some(mine), Some(others)),
                "{variables:?}"
            );
            assert!(settings.warnings.is_empty(), "{variables:?}: {:?}", settings.warnings);
        }
    }

    #[test]
    fn a_malformed_filter_is_reported_and_its_well_formed_part_counts() {
        let (rust_log, lambda) = (|value| (NAME, value), |value| ("AWS_LAMBDA_LOG_LEVEL", value));
        let table: [(Given<'_>, Level, &str); 6] = [
            (&[rust_log("mine=loud")], Level::INFO, "RUST_LOG=\"mine=loud\" is not understood, so info is used"),
            (&[rust_log("mine=loud"), lambda("WARN")], Level::WARN, "so warn is used"),
            (&[rust_log("warn,mine=debug,others=loud")], Level::DEBUG, "so warn,mine=debug is used"),
            (&[rust_log(",")], Level::INFO, "so info is used"),
            (&[lambda("LOUD")], Level::INFO, "AWS_LAMBDA_LOG_LEVEL=\"LOUD\" is not understood"),
            (&[rust_log("debug"), lambda("WARN")], Level::DEBUG, "AWS_LAMBDA_LOG_LEVEL=\"WARN\" has no effect"),
        ];
        for (variables, mine, told) in table {
            let settings = read(variables);
            assert_eq!(most(&settings, "mine"), Some(mine), "{variables:?}");
            let [line] = &settings.warnings[..] else { panic!("{variables:?}: {:?}", settings.warnings) };
            assert!(line.contains(told), "{variables:?}: {line}");
        }
    }
}
