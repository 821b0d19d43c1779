//! Which records have a line in the log, at either end.

/// The variable that chooses it.
pub const NAME: &str = "KINETRACE_RECORD_LOG";

/// Which records have a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RecordLogFilter {
    /// All.
    All,
    /// Those that were not published, or not processed.
    Failures,
    /// None.
    #[default]
    None,
}

impl RecordLogFilter {
    /// `KINETRACE_RECORD_LOG`, and what is to be said about it. A log stops no record, so a malformed value is the default.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> (Self, Option<String>) {
        let Some(value) = lookup(NAME).filter(|value| !value.trim().is_empty()) else { return Default::default() };
        match value.trim().to_ascii_lowercase().as_str() {
            "all" => (Self::All, None),
            "failures" => (Self::Failures, None),
            "none" => (Self::None, None),
            _ => {
                let line = format!("{NAME}={value:?} is not understood, so none is used: use all, failures or none");
                (Self::default(), Some(line))
            }
        }
    }

    /// Whether any record may have a line, so that what it needs has to be kept.
    pub fn is_on(self) -> bool {
        self != Self::None
    }

    /// Whether a record has a line that failed, or did not.
    pub fn wants(self, is_failure: bool) -> bool {
        match self {
            Self::All => true,
            Self::Failures => is_failure,
            Self::None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_chooses_which_records_have_a_line_and_a_malformed_one_is_reported() {
        use RecordLogFilter::{All, Failures, None as Nothing};
        for (value, expected, is_told) in [
            (None, Nothing, false),
            (Some(""), Nothing, false),
            (Some(" "), Nothing, false),
            (Some("all"), All, false),
            (Some(" All\n"), All, false),
            (Some("failures"), Failures, false),
            (Some("none"), Nothing, false),
            (Some("off"), Nothing, true),
            (Some("failure"), Nothing, true),
        ] {
            let (filter, line) = RecordLogFilter::read(|name| value.filter(|_| name == NAME).map(str::to_owned));
            assert_eq!((filter, line.is_some()), (expected, is_told), "{value:?}: {line:?}");
            if let Some(line) = line {
                assert!(line.starts_with(&format!("{NAME}={:?}", value.unwrap())), "{line}");
                assert!(line.ends_with("so none is used: use all, failures or none"), "{line}");
            }
        }
    }
}
