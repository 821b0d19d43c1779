//! What a context costs: to put it on a record, and to take it off.
//!
//! ```sh
//! cargo bench -p kinetrace --bench context                # half a minute and a build; or inject, or extract
//! ```
//!
//! All cases of a table take turns within one run. A figure is the 2nd percentile of many calls: what else the machine does adds to
//! others. It is for people to read: no exit code depends on it. `cargo test --benches` makes a few calls of each.

mod extract;
mod inject;
mod measurement;
mod payload;

use measurement::Calls;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let is_bench = arguments.iter().any(|it| it == "--bench");
    let calls = if is_bench { Calls::Many } else { Calls::Few };
    let is_asked =
        |table: &str| arguments.iter().all(|it| it.starts_with("--")) || arguments.iter().any(|it| it == table);
    if is_asked("inject") {
        inject::run(calls);
    }
    if is_asked("extract") {
        extract::run(calls);
    }
}
