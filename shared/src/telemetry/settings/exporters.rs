//! Which exporters a signal has.

use super::reading::{Reading, elements};

/// Each of them gets all that there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::telemetry) struct Exporters {
    /// To a collector.
    pub(in crate::telemetry) otlp: bool,
    /// Text for people, on standard output.
    pub(in crate::telemetry) console: bool,
    /// OTLP, a line each, on standard output.
    pub(in crate::telemetry) lines: bool,
}

const HINT: &str = "use otlp, console, otlp/stdout, several of them with commas between them, or none";

impl Exporters {
    pub(super) const NONE: Self = Self { otlp: false, console: false, lines: false };
    pub(super) const OTLP: Self = Self { otlp: true, ..Self::NONE };

    /// Of the variable with this name.
    pub(super) fn read(reading: &mut Reading<'_>, name: &str, default: Self) -> Self {
        let Some(value) = reading.get(name) else { return default };
        let (mut exporters, mut is_none, mut is_odd) = (Self::default(), false, false);
        for exporter in elements(value) {
            match exporter.as_str() {
                "otlp" => exporters.otlp = true,
                "console" => exporters.console = true,
                // The second is what OpenTelemetry for Java calls it.
                "otlp/stdout" | "experimental-otlp/stdout" => exporters.lines = true,
                "none" => is_none = true,
                _ => is_odd = true,
            }
        }
        if !exporters.is_any() && !is_none {
            exporters = default;
            is_odd = true;
        }
        if is_odd || (is_none && exporters.is_any()) {
            reading.not_understood(name, value, exporters.text(), HINT);
        }
        exporters
    }

    pub(in crate::telemetry) fn is_any(self) -> bool {
        self != Self::NONE
    }

    pub(in crate::telemetry) fn is_on_standard_output(self) -> bool {
        self.console || self.lines
    }

    fn text(self) -> String {
        let named = [(self.otlp, "otlp"), (self.console, "console"), (self.lines, "otlp/stdout")];
        let named: Vec<_> = named.into_iter().filter(|(is_there, _)| *is_there).map(|(_, name)| name).collect();
        if named.is_empty() { "none".to_owned() } else { named.join(",") }
    }
}

#[cfg(test)]
mod tests {
    use super::super::variables::Variables;
    use super::*;

    fn read(value: &str) -> (String, Vec<String>) {
        let variables: Variables = [("OTEL_TRACES_EXPORTER", value)].into_iter().collect();
        let mut reading = Reading::of(&variables);
        let exporters = Exporters::read(&mut reading, "OTEL_TRACES_EXPORTER", Exporters::OTLP);
        (exporters.text(), reading.into_warnings())
    }

    #[test]
    fn of_a_list_of_exporters_each_that_there_is_counts_and_the_others_get_a_line() {
        for (value, exporters, is_told) in [
            ("", "otlp", false),
            ("otlp", "otlp", false),
            ("OTLP\n", "otlp", false),
            (" None ", "none", false),
            ("otlp,otlp", "otlp", false),
            ("console", "console", false),
            ("otlp/stdout", "otlp/stdout", false),
            ("Experimental-OTLP/stdout", "otlp/stdout", false),
            ("console, otlp", "otlp,console", false),
            ("otlp/stdout,console,otlp", "otlp,console,otlp/stdout", false),
            ("none,none", "none", false),
            ("console,none", "console", true),
            ("otlp,none", "otlp", true),
            ("zipkin", "otlp", true),
            ("none,zipkin", "none", true),
            ("console,zipkin", "console", true),
            ("logging", "otlp", true),
            (",", "otlp", true),
        ] {
            let (read, warnings) = read(value);
            assert_eq!((&*read, warnings.len()), (exporters, usize::from(is_told)), "{value}: {warnings:?}");
            let told = format!("OTEL_TRACES_EXPORTER={value:?} is not understood, so {exporters} is used");
            assert!(warnings.iter().all(|line| line.starts_with(&told)), "{warnings:?}");
        }
    }
}
