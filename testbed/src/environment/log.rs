//! What a child process writes, line by line.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::mpsc::UnboundedSender;

/// One line of one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The environment's number.
    pub environment: u32,
    /// Where it was written.
    pub stream: LogStream,
    /// The text, without its line break.
    pub line: String,
}

/// Where a line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Forwards lines until the pipe is closed. Goes on reading when nobody listens, or the child would block.
pub(super) async fn forward(
    environment: u32,
    stream: LogStream,
    pipe: impl AsyncRead + Unpin,
    lines: UnboundedSender<LogLine>,
) {
    let mut pipe = BufReader::new(pipe);
    let mut buffer = Vec::new();
    while matches!(pipe.read_until(b'\n', &mut buffer).await, Ok(1..)) {
        let text = buffer.strip_suffix(b"\n").unwrap_or(&buffer);
        let line = String::from_utf8_lossy(text).into_owned();
        drop(lines.send(LogLine { environment, stream, line }));
        buffer.clear();
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn every_line_arrives_even_if_it_is_not_text_or_not_ended() {
        let (sender, mut lines) = mpsc::unbounded_channel();
        forward(7, LogStream::Stderr, &b"one\n\xff\n\nlast"[..], sender).await;
        let mut texts = Vec::new();
        while let Some(LogLine { environment: 7, stream: LogStream::Stderr, line }) = lines.recv().await {
            texts.push(line);
        }
        assert_eq!(texts, ["one", "\u{fffd}", "", "last"]);
    }
}
