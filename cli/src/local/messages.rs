//! What people read on standard error while it runs. A terminal that is stopped, or gone, must hold up nothing.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use kinetrace_testbed::counted::Counted;
use kinetrace_testbed::printable::Printable;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Lines that wait until they are written. What does not fit is dropped, and counted.
const WAITING: usize = 4_096;

/// Standard error, which a thread of its own writes to. Clones write to the same.
#[derive(Debug, Clone)]
pub(super) struct Messages {
    to: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Message {
    Line(String),
    /// Everything before it is written.
    Written(oneshot::Sender<()>),
}

impl Messages {
    pub(super) fn to_standard_error() -> io::Result<Self> {
        Self::to(io::stderr(), WAITING)
    }

    fn to(writer: impl Write + Send + 'static, waiting: usize) -> io::Result<Self> {
        let (to, messages) = sync_channel(waiting);
        let dropped = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&dropped);
        // Nobody waits for it: a write to a terminal that is stopped does not end.
        let thread = std::thread::Builder::new().name("messages".to_owned());
        thread.spawn(move || write(&messages, writer, &counted))?;
        Ok(Self { to, dropped })
    }

    /// Has the line written soon, indented, with what a terminal must not get escaped. Never waits.
    pub(super) fn say(&self, line: &str) {
        if self.to.try_send(Message::Line(format!("  {}\n", Printable(line)))).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all lines are written, for so long at most.
    pub(super) async fn finish(&self, limit: Duration) {
        let (written, is_written) = oneshot::channel();
        if self.to.try_send(Message::Written(written)).is_ok() {
            drop(timeout(limit, is_written).await);
        }
    }
}

/// What cannot be written is lost; there is nobody to tell.
fn write(messages: &Receiver<Message>, mut writer: impl Write, dropped: &AtomicU64) {
    for message in messages {
        match message {
            Message::Line(line) => drop(writer.write_all(line.as_bytes())),
            Message::Written(written) => drop(written.send(())),
        }
        let dropped = dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let missing = Counted(usize::try_from(dropped).unwrap_or(usize::MAX), "line");
            drop(writeln!(writer, "  missing here: {missing}, faster than could be written"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    /// Takes nothing until it is let go, and then tells what it got.
    struct Stopped(Receiver<()>, Sender<String>);

    impl Write for Stopped {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.send(String::from_utf8_lossy(bytes).into_owned()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_terminal_that_is_stopped_holds_up_nothing_and_what_it_missed_is_counted() {
        let ((go, stopped), (got, written)) = (channel(), channel());
        let messages = Messages::to(Stopped(stopped, got), 10).unwrap();
        (0..100).for_each(|line| messages.say(&format!("line {line}")));
        drop(go);
        let mut lines = String::new();
        while !lines.contains("could be written") {
            lines += &written.recv_timeout(LIMIT).unwrap();
        }
        assert!(lines.starts_with("  line 0\n"), "{lines}");
        // One may be on its way.
        assert!(
            ["missing here: 89 lines", "missing here: 90 lines"].iter().any(|missing| lines.contains(missing)),
            "{lines}"
        );
    }

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_terminal_that_is_gone_ends_nothing() {
        let messages = Messages::to(Gone, 10).unwrap();
        for line in 0..100 {
            messages.say(&format!("line {line}"));
            messages.finish(LIMIT).await;
        }
        assert_eq!(messages.dropped.load(Ordering::Relaxed), 0, "the thread still takes lines");
    }
}
