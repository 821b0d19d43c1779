//! Numbers of things, in words.

use std::fmt;

/// Displays how many there are of what this noun names: `1 record`, `3 records`. The noun has a regular plural.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'n>(pub usize, pub &'n str);

impl fmt::Display for Counted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, noun) = self;
        write!(f, "{number} {noun}{}", if *number == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_them_is_singular() {
        let texts = [0, 1, 2].map(|number| Counted(number, "record").to_string());
        assert_eq!(texts, ["0 records", "1 record", "2 records"]);
    }
}
