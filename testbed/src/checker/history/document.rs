//! What a document of CloudWatch Logs says of itself: whether there is more than it holds.

/// The most rows of a query, unless it asks for more, and then
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html>).
const MOST_ROWS: [u64; 2] = [10_000, 100_000];

/// The most of an answer of `GetLogEvents`, which names a next page in any case
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html>).
const MOST_EVENTS: u64 = 10_000;
const MOST_BYTES: u64 = 1_000_000;

/// A whole number of these rows is the end of what a query gives out.
pub(super) fn is_most_rows(rows: u64) -> bool {
    MOST_ROWS.contains(&rows)
}

#[derive(Debug, Default)]
pub(super) struct Document {
    key: Key,
    has_events: bool,
    has_results: bool,
    /// The console's own export of a query is an array of rows.
    has_fields: bool,
    has_next: bool,
    has_forward: bool,
    status: Option<String>,
    matched: Option<u64>,
    rows: u64,
}

/// A member that says something.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Key {
    Next,
    Status,
    Matched,
    #[default]
    Other,
}

impl Document {
    /// Takes note of a key in the outermost object, at level 1, or in one in it.
    pub(super) fn key(&mut self, level: usize, name: &[u8]) {
        self.key = Key::Other;
        match (level, name) {
            (1, b"events" | b"logEvents") => self.has_events = true,
            (1, b"results") => self.has_results = true,
            (2, b"@message" | b"@ptr") => self.has_fields = true,
            (1, b"nextForwardToken") => self.has_forward = true,
            (1, b"nextToken" | b"NextToken") => self.key = Key::Next,
            (1, b"status") => self.key = Key::Status,
            (2, b"recordsMatched") => self.key = Key::Matched,
            _ => {}
        }
    }

    /// Takes note of a value that is neither an object nor an array.
    pub(super) fn value(&mut self, value: &[u8]) {
        let text = || String::from_utf8_lossy(value);
        match std::mem::take(&mut self.key) {
            Key::Next => self.has_next = !value.is_empty() && value != b"null",
            Key::Status => self.status = Some(text().into_owned()),
            // It is a number with a point.
            Key::Matched => self.matched = text().split('.').next().and_then(|whole| whole.parse().ok()),
            Key::Other => {}
        }
    }

    /// Takes note of how much stands in an array of the outermost level.
    pub(super) fn rows(&mut self, rows: u64) {
        self.rows = self.rows.max(rows);
    }

    /// Whether it was made to hold events.
    pub(super) fn is_export(&self) -> bool {
        self.has_events || self.has_results
    }

    /// Why it may be a part only, once it is closed and its length is known.
    pub(super) fn part(&self, bytes: u64) -> Option<String> {
        let Self { rows, .. } = *self;
        let status = self.status.as_deref().filter(|status| *status != "Complete" && self.matched.is_some());
        let matched = self.matched.filter(|matched| *matched > rows);
        if self.is_export() && self.has_next {
            Some("it has a nextToken: there are more events than it holds".to_owned())
        } else if self.has_events && self.has_forward && (rows >= MOST_EVENTS || bytes >= MOST_BYTES) {
            Some(
                "it is as long as an answer of get-log-events can be: there may be more events than it holds"
                    .to_owned(),
            )
        } else if let Some(status) = status.filter(|_| self.has_results) {
            let status = crate::printable::Printable(status);
            Some(format!("its query had the status {status}: get its results when that is Complete"))
        } else if let Some(matched) = matched.filter(|_| self.has_results) {
            Some(format!("its query matched {matched} events, of which it holds {rows}: raise the query's limit"))
        } else if (self.has_results || self.has_fields) && is_most_rows(rows) {
            Some(format!("it has {rows} rows, which is where a query of Logs Insights ends: there may be more events"))
        } else {
            None
        }
    }
}
