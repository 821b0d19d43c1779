//! The rows of a table, and that none of them has a fault.

use futures_util::stream::{self, StreamExt as _};
use tokio::sync::Mutex;

use crate::cell::Cell;
use crate::failure::Kind;
use crate::row::Row;

/// One table at a time: what is cut off, or killed, is so by the clock, and each table wants both cores.
pub(crate) static CORES: Mutex<()> = Mutex::const_new(());

/// Runs these cells, prints them as a table, and fails if one of them has a fault.
pub(crate) async fn rows(kind: Kind, cells: impl Iterator<Item = Cell>) -> Vec<Row> {
    let _cores = CORES.lock().await;
    // What waits until it is cut off takes no core meanwhile.
    let at_once = if kind.waits() { 3 } else { 1 };
    let rows: Vec<_> = stream::iter(cells).map(Cell::run).buffered(at_once).collect().await;
    println!("\n{}", Row::heading());
    rows.iter().for_each(|row| println!("{row}"));
    println!();
    let faults: Vec<_> =
        rows.iter().flat_map(|row| row.faults.iter().map(move |fault| format!("{}: {fault}", row.cell))).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    rows
}
