//! Text that is written to its end.

use std::io::{self, ErrorKind, Write};
use std::thread;
use std::time::Duration;

/// Between two attempts where a write would block.
const PAUSE: Duration = Duration::from_millis(1);

/// Who started the program may have made the pipe non-blocking. It is waited for as if it blocked: half a line would spoil the next one,
/// which may be the program's own.
pub(super) fn write_whole(mut out: impl Write, mut text: &[u8]) -> io::Result<()> {
    while !text.is_empty() {
        match out.write(text) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => text = &text[written..],
            Err(error) => wait(error)?,
        }
    }
    // Standard output may have kept a part.
    while let Err(error) = out.flush() {
        wait(error)?;
    }
    Ok(())
}

/// Unless the error is another one.
#[expect(
    clippy::disallowed_methods,
    reason = "on the thread that exports, which a pipe that blocks would hold up as well"
)]
fn wait(error: io::Error) -> io::Result<()> {
    match error.kind() {
        ErrorKind::Interrupted => Ok(()),
        ErrorKind::WouldBlock => {
            thread::sleep(PAUSE);
            Ok(())
        }
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes three bytes each other time.
    #[derive(Default)]
    struct Pipe {
        taken: Vec<u8>,
        calls: usize,
    }

    impl Pipe {
        fn call(&mut self) -> io::Result<()> {
            self.calls += 1;
            if self.calls % 2 == 1 { Err(ErrorKind::WouldBlock.into()) } else { Ok(()) }
        }
    }

    impl Write for Pipe {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.call()?;
            let text = &text[..text.len().min(3)];
            self.taken.extend(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            self.call()
        }
    }

    #[test]
    fn a_line_is_whole_where_a_write_would_block() {
        let mut pipe = Pipe::default();
        write_whole(&mut pipe, b"{\"resourceSpans\":[]}\n").unwrap();
        assert_eq!(pipe.taken, b"{\"resourceSpans\":[]}\n");
    }

    #[test]
    fn another_error_is_told() {
        let mut full = io::Cursor::new([0; 4]);
        let error = write_whole(&mut full.get_mut()[..], b"hello").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WriteZero);
    }
}
