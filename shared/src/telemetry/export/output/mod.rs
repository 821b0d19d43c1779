//! Standard output, where the user asks for it: text that people read, or lines of OTLP that programs read.
//!
//! * `console`: the text.
//! * `lines`: the lines.
//! * `whole`: either, to its end.

pub(super) mod console;
mod lines;
mod whole;

use std::io;

use opentelemetry_http::{Bytes, Request};
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::super::settings::Exporters;
use super::error::ExportError;
use super::losses::{Losses, Signal};
use lines::lines;
use whole::write_whole;

/// What of a signal goes there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    signal: Signal,
    exporters: Exporters,
}

impl Output {
    pub(super) fn of(signal: Signal, exporters: Exporters) -> Self {
        Self { signal, exporters }
    }

    /// Whether requests are made for it.
    pub(super) fn takes_requests(self) -> bool {
        self.exporters.lines
    }

    /// Each text is of one span, or of one log record.
    pub(super) fn print(self, texts: impl Iterator<Item = String>, losses: &Losses) {
        if self.exporters.console {
            self.write(texts.map(|text| (text, 1)), losses);
        }
    }

    /// What [`print_metrics`](Self::print_metrics) takes.
    pub(super) fn text_of(self, metrics: &ResourceMetrics) -> Option<String> {
        self.exporters.console.then(|| console::metrics(metrics))
    }

    pub(super) fn print_metrics(self, text: String, losses: &Losses) {
        self.write([(text, 1)], losses);
    }

    /// `count` is how much is lost if there are no lines.
    pub(super) fn write_lines(self, request: &Request<Bytes>, count: usize, losses: &Losses) {
        if !self.exporters.lines {
            return;
        }
        match lines(self.signal, request.body()) {
            Ok(lines) => self.write(lines.into_iter().map(|line| (line.text, line.count)), losses),
            Err(error) => losses.failed(request, count, &error),
        }
    }

    /// Each text at once, and no two at a time, so that nothing that the program itself writes there gets between its lines. The
    /// reader of a pipe that is full may keep the thread as long as it likes. It is the one that exports, and nobody waits
    /// for it longer than for a flush.
    fn write(self, texts: impl IntoIterator<Item = (String, usize)>, losses: &Losses) {
        let mut texts = texts.into_iter();
        while let Some((text, count)) = texts.next() {
            if let Err(error) = write_whole(io::stdout().lock(), text.as_bytes()) {
                let lost = count + texts.map(|(_, count)| count).sum::<usize>();
                // Of metrics, an export is what is lost.
                let lost = if self.signal == Signal::Metrics { 1 } else { lost };
                losses.failed(&Request::default(), lost, &ExportError::Output(error));
                return;
            }
        }
        if !self.exporters.otlp {
            losses.works();
        }
    }
}
