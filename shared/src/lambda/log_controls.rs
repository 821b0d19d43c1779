//! What Lambda's advanced logging controls ask of a function's lines
//! (<https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html>).

const LEVEL: &str = "AWS_LAMBDA_LOG_LEVEL";
const FORMAT: &str = "AWS_LAMBDA_LOG_FORMAT";

/// Lambda's levels, and `tracing`'s names for them, which has nothing above an error.
const LEVELS: [(&str, &str); 6] = [
    ("TRACE", "trace"),
    ("DEBUG", "debug"),
    ("INFO", "info"),
    ("WARN", "warn"),
    ("ERROR", "error"),
    ("FATAL", "error"),
];

/// What `AWS_LAMBDA_LOG_LEVEL` and `AWS_LAMBDA_LOG_FORMAT` say.
///
/// ```
/// use kinetrace::lambda::LogControls;
///
/// let controls = LogControls::read(|name| (name == "AWS_LAMBDA_LOG_LEVEL").then(|| "WARN".to_owned()));
/// assert_eq!(controls.level, Some("warn"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogControls {
    /// The level, as `tracing` names it; `None` if there is none, or one that there is not.
    pub level: Option<&'static str>,
    /// A line for each of the two that does not do what it says.
    pub warnings: Vec<String>,
}

impl LogControls {
    /// As the variables say. Empty ones are none.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name| lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let mut warnings = Vec::new();
        let named = get(LEVEL);
        let level = named.as_deref().and_then(level);
        if let Some(named) = named.filter(|_| level.is_none()) {
            let names = LEVELS.map(|(name, _)| name).join(", ");
            warnings.push(format!("{LEVEL}={named:?} is not understood, so INFO is used: use one of {names}"));
        }
        // Lambda itself sets it to `Text` for every function that nobody has chosen a format for.
        let is_lambdas_default =
            |format: &str| format.eq_ignore_ascii_case("text") && get("AWS_LAMBDA_INITIALIZATION_TYPE").is_some();
        if let Some(format) =
            get(FORMAT).filter(|format| !format.eq_ignore_ascii_case("json") && !is_lambdas_default(format))
        {
            warnings.push(format!(
                "{FORMAT}={format:?} has no effect: log lines are JSON, so that each can name its span and its invocation"
            ));
        }
        Self { level, warnings }
    }

    /// The warnings for a function whose lines have no levels.
    pub fn without_levels(self) -> Vec<String> {
        let Self { level, mut warnings } = self;
        if let Some(level) = level.filter(|level| *level != "info") {
            let level = level.to_ascii_uppercase();
            warnings.push(format!(
                "{LEVEL}={level:?} has no effect: the lines about events have no level, and KINETRACE_RECORD_LOG chooses them"
            ));
        }
        warnings
    }
}

fn level(name: &str) -> Option<&'static str> {
    LEVELS.into_iter().find(|(lambdas, _)| name.eq_ignore_ascii_case(lambdas)).map(|(_, level)| level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> LogControls {
        LogControls::read(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn each_level_of_lambdas_is_one_of_tracings() {
        for (value, level, is_told) in [
            ("TRACE", Some("trace"), false),
            ("debug", Some("debug"), false),
            (" Info\n", Some("info"), false),
            ("WARN", Some("warn"), false),
            ("ERROR", Some("error"), false),
            ("FATAL", Some("error"), false),
            ("", None, false),
            ("LOUD", None, true),
        ] {
            let controls = read(&[(LEVEL, value)]);
            assert_eq!((controls.level, controls.warnings.len()), (level, usize::from(is_told)), "{value}");
            assert!(controls.warnings.iter().all(|line| line.contains(LEVEL) && line.contains(value)));
        }
    }

    #[test]
    fn an_unsupported_log_format_is_reported_unless_it_is_lambdas_default() {
        let lambda = ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        let format = |value| (FORMAT, value);
        let table: [(&[(&str, &str)], bool); 7] = [
            (&[], false),
            (&[format("JSON")], false),
            (&[format("json")], false),
            (&[format("Text")], true),
            (&[format("Text"), lambda], false),
            (&[format("XML"), lambda], true),
            (&[format(" ")], false),
        ];
        for (variables, is_told) in table {
            let warnings = read(variables).warnings;
            assert_eq!(warnings.len(), usize::from(is_told), "{variables:?}: {warnings:?}");
        }
    }

    #[test]
    fn a_log_level_is_reported_where_lines_have_none() {
        for (value, is_told) in [("", false), ("INFO", false), ("DEBUG", true), ("error", true), ("LOUD", true)] {
            let warnings = read(&[(LEVEL, value)]).without_levels();
            assert_eq!(warnings.len(), usize::from(is_told), "{value}: {warnings:?}");
        }
    }
}
