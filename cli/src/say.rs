//! Standard output, for people.

/// `println!` without its panic when the reader is gone, as in `| head`.
macro_rules! say {
    ($($arguments:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($arguments)*);
    }};
}

pub(crate) use say;
