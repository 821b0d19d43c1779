//! Standard output, for people.

/// `println!` without its panic when nobody reads any more, as behind `| head`.
macro_rules! say {
    ($($arguments:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($arguments)*);
    }};
}

pub(crate) use say;
