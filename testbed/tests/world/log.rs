//! The lines that child processes wrote.

use kinetrace_testbed::environment::LogLine;
use tokio::sync::mpsc::UnboundedReceiver;

/// Waits for a line that ends with `text` (the test harness may have written before it), and says who wrote it.
pub(crate) async fn wait_for(logs: &mut UnboundedReceiver<LogLine>, text: &str) -> u32 {
    loop {
        let line = logs.recv().await.unwrap_or_else(|| panic!("the log ended without {text:?}"));
        if line.line.ends_with(text) {
            return line.environment;
        }
    }
}

/// The lines that are there already.
pub(crate) fn so_far(logs: &mut UnboundedReceiver<LogLine>) -> Vec<LogLine> {
    std::iter::from_fn(|| logs.try_recv().ok()).collect()
}
