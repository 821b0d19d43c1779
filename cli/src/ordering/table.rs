//! The rows as a table.

use kinetrace_testbed::table;

use super::row::Row;

const HEADINGS: [&str; 16] = [
    "carrier",
    "publisher",
    "PF",
    "records",
    "acked",
    "lost",
    "misplaced",
    "stream inv.",
    "process inv.",
    "overlaps",
    "joined",
    "spans lost",
    "rec/s",
    "p50 ms",
    "p99 ms",
    "peak MiB",
];

/// Text columns are the first two; numbers stand to the right.
const TEXT_COLUMNS: usize = 2;

pub(super) fn draw(rows: &[Row]) -> String {
    table::draw(HEADINGS, TEXT_COLUMNS, rows.iter().map(cells).collect()) + "\n"
}

fn cells(row: &Row) -> [String; HEADINGS.len()] {
    // Rounded down: 100 % means every one.
    let percent = (row.traces_joined * 100).checked_div(row.records).unwrap_or_default();
    [
        row.carrier.to_owned(),
        row.publisher.to_owned(),
        row.parallelization_factor.map_or_else(|| "-".to_owned(), |factor| factor.to_string()),
        row.records.to_string(),
        row.acknowledged.to_string(),
        row.lost.to_string(),
        row.misplaced.to_string(),
        row.stream_inversions.to_string(),
        row.process_inversions.to_string(),
        row.overlaps.to_string(),
        format!("{percent} %"),
        row.spans_lost.to_string(),
        format!("{:.0}", row.records_per_second),
        format!("{:.1}", row.latency_ms_p50),
        format!("{:.1}", row.latency_ms_p99),
        row.peak_memory_mib.map_or_else(|| "-".to_owned(), |mebibytes| mebibytes.to_string()),
    ]
}
