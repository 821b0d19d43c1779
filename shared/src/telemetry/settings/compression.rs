//! How the bodies of requests are compressed.

use super::names::Names;
use super::reading::Reading;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telemetry) enum Compression {
    None,
    Gzip,
}

pub(super) fn compression(reading: &mut Reading<'_>, names: Names) -> Compression {
    let [own, general] = names.variables("COMPRESSION");
    let parse = |value: &str| match value.to_ascii_lowercase().as_str() {
        "none" => Some(Compression::None),
        "gzip" => Some(Compression::Gzip),
        _ => None,
    };
    reading.first(&[&own, &general], parse, (Compression::None, "none"), "only gzip and none are built in")
}

#[cfg(test)]
mod tests {
    use super::super::names::TRACES;
    use super::super::variables::{Given, Variables};
    use super::*;

    #[test]
    fn a_signals_own_compression_wins_and_what_is_not_built_in_is_reported() {
        const ALL: &str = "OTEL_EXPORTER_OTLP_COMPRESSION";
        const OWN: &str = "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION";
        let table: [(Given<'_>, Compression, &str); 8] = [
            (&[], Compression::None, ""),
            (&[(ALL, "none")], Compression::None, ""),
            (&[(ALL, " GZip\n")], Compression::Gzip, ""),
            (&[(ALL, "gzip"), (OWN, "none")], Compression::None, ""),
            (&[(ALL, "zstd"), (OWN, "gzip")], Compression::Gzip, ""),
            (&[(ALL, "gzip"), (OWN, "zstd")], Compression::Gzip, "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=\"zstd\""),
            (&[(ALL, "zstd")], Compression::None, "so none is used: only gzip and none are built in"),
            (&[("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip")], Compression::None, ""),
        ];
        for (variables, expected, told) in table {
            let variables_read: Variables = variables.iter().copied().collect();
            let mut reading = Reading::of(&variables_read);
            assert_eq!(compression(&mut reading, TRACES), expected, "{variables:?}");
            let lines = reading.into_warnings();
            assert_eq!(lines.len(), usize::from(!told.is_empty()), "{variables:?}: {lines:?}");
            assert!(lines.concat().contains(told), "{variables:?}: {lines:?}");
        }
    }
}
