//! Every variable of telemetry, as programs meet it: a process with that environment, what it writes to standard error, and
//! what reaches a collector.
#![allow(clippy::unwrap_used, clippy::panic)]

mod child;
mod collector;
mod exporter_rows;
mod log_rows;
mod private;
mod resource_rows;
mod row;
mod seen;
mod signal;
mod signal_rows;
mod signing_rows;
mod span_rows;
mod standard_output;
mod unheeded_rows;
mod way_rows;

use std::thread;

use row::Row;

/// A good value, an odd one and a malformed one of each.
const TABLES: [&[Row]; 7] = [
    &exporter_rows::ROWS,
    &span_rows::ROWS,
    &resource_rows::ROWS,
    &log_rows::ROWS,
    &unheeded_rows::ROWS,
    &way_rows::ROWS,
    &signing_rows::ROWS,
];

/// So many processes at once.
const AT_ONCE: usize = 4;

#[test]
fn every_variable_has_its_effect_or_a_line_says_that_it_has_none_and_none_stops_a_program() {
    let rows = [TABLES.concat(), signal_rows::rows()].concat();
    let share = rows.len().div_ceil(AT_ONCE);
    let faults: Vec<String> = thread::scope(|scope| {
        let shares: Vec<_> = rows
            .chunks(share)
            .map(|rows| scope.spawn(move || rows.iter().flat_map(Row::check).collect::<Vec<_>>()))
            .collect();
        shares.into_iter().flat_map(|share| share.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{} of {} rows: {}", faults.len(), rows.len(), faults.join("\n"));
}
