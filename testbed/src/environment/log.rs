//! What a child process writes, line by line.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::mpsc::UnboundedSender;

use super::room::Room;

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

/// The most bytes of a line that are kept: no line is of use beyond that, and one may never end.
const LONGEST: usize = 1024 * 1024;
/// What a line ends with that was cut.
const CUT: &str = " … (this line has more than 1 MiB, and the rest of it was left out)";

/// Where lines go.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    pub(super) to: UnboundedSender<LogLine>,
    pub(super) room: Option<Room>,
}

impl Lines {
    async fn send(&self, line: LogLine) {
        if let Some(room) = &self.room {
            tokio::select! {
                () = room.take(&line.line) => {}
                () = self.to.closed() => {}
            }
        }
        drop(self.to.send(line));
    }
}

/// Forwards lines until the pipe is closed. Goes on reading when nobody listens, or the child would block.
pub(super) async fn forward(environment: u32, stream: LogStream, pipe: impl AsyncRead + Unpin, lines: Lines) {
    let line_of = |line| LogLine { environment, stream, line };
    let mut pipe = BufReader::new(pipe);
    let mut line = Line::default();
    while let Ok(read @ [_, ..]) = pipe.fill_buf().await {
        let end = read.iter().position(|byte| *byte == b'\n');
        if let Some(cut) = line.take(&read[..end.unwrap_or(read.len())]) {
            lines.send(line_of(cut)).await;
        }
        let used = end.map_or(read.len(), |end| end + 1);
        pipe.consume(used);
        if end.is_some()
            && let Some(whole) = std::mem::take(&mut line).end()
        {
            lines.send(line_of(whole)).await;
        }
    }
    // What was written without an end.
    if !line.bytes.is_empty()
        && let Some(rest) = line.end()
    {
        lines.send(line_of(rest)).await;
    }
}

/// A line that is being read.
#[derive(Debug, Default)]
struct Line {
    bytes: Vec<u8>,
    is_cut: bool,
}

impl Line {
    /// Takes a further part of it. As soon as it is too long, what is kept of it is returned, and the rest passed over.
    fn take(&mut self, part: &[u8]) -> Option<String> {
        if self.is_cut {
            return None;
        }
        let room = LONGEST - self.bytes.len();
        self.bytes.extend_from_slice(&part[..part.len().min(room)]);
        self.is_cut = part.len() > room;
        self.is_cut.then(|| {
            let bytes = std::mem::take(&mut self.bytes);
            String::from_utf8_lossy(&bytes).into_owned() + CUT
        })
    }

    /// The whole line, unless it was cut.
    fn end(self) -> Option<String> {
        (!self.is_cut).then(|| String::from_utf8_lossy(&self.bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn every_line_arrives_even_if_it_is_not_text_or_not_ended() {
        let (to, mut lines) = mpsc::unbounded_channel();
        forward(7, LogStream::Stderr, &b"one\n\xff\n\nlast"[..], Lines { to, room: None }).await;
        let mut texts = Vec::new();
        while let Some(LogLine { environment: 7, stream: LogStream::Stderr, line }) = lines.recv().await {
            texts.push(line);
        }
        assert_eq!(texts, ["one", "\u{fffd}", "", "last"]);
    }

    #[tokio::test]
    async fn a_line_is_cut_while_it_is_read_and_those_after_it_are_whole() {
        let (to, mut lines) = mpsc::unbounded_channel();
        let [fits, long, endless] =
            [(0, "\n"), (1, "\n"), (5_000_000, "")].map(|(more, end)| "x".repeat(LONGEST + more) + end);
        let written = [fits.as_str(), &long, "next\n", &endless].concat();
        forward(7, LogStream::Stdout, written.as_bytes(), Lines { to, room: None }).await;
        let mut texts = Vec::new();
        while let Some(LogLine { line, .. }) = lines.recv().await {
            texts.push((line.len(), line.ends_with(CUT)));
        }
        assert_eq!(texts, [(LONGEST, false), (LONGEST + CUT.len(), true), (4, false), (LONGEST + CUT.len(), true)]);
    }

    #[tokio::test]
    async fn a_process_that_writes_faster_than_its_lines_are_read_is_held_up_until_they_are() {
        let (to, mut lines) = mpsc::unbounded_channel();
        let (room, (mut process, pipe)) = (Room::new(10_000), tokio::io::duplex(1_000));
        let reading = tokio::spawn(forward(7, LogStream::Stdout, pipe, Lines { to, room: Some(room.clone()) }));
        let writing = async {
            for _ in 0..1_000 {
                process.write_all(&[b"x".repeat(999).as_slice(), b"\n"].concat()).await.unwrap();
            }
            drop(process);
        };
        let mut most = 0;
        let listening = async {
            // Until then lines come, as long as there is room for them.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            while let Some(line) = lines.recv().await {
                most = most.max(lines.len() + 1);
                tokio::task::yield_now().await;
                room.free(&line.line);
            }
        };
        tokio::join!(writing, listening);
        reading.await.unwrap();
        assert!((1..=10).contains(&most), "{most} lines of 1000 bytes wait in a room of 10,000 bytes");
    }

    #[tokio::test]
    async fn where_nobody_listens_any_more_nothing_is_held_up() {
        let (to, lines) = mpsc::unbounded_channel();
        drop(lines);
        let written = "line\n".repeat(1_000);
        forward(7, LogStream::Stdout, written.as_bytes(), Lines { to, room: Some(Room::new(100)) }).await;
    }
}
