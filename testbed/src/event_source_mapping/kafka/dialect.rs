//! How an event is written where AWS does not say how, or where what was seen differs from what AWS says.

/// One way to write events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) null_key: Null,
    /// Of a tombstone. Users report either:
    /// <https://github.com/aws-powertools/powertools-lambda-typescript/issues/5016>.
    pub(super) null_value: Null,
    /// The list of headers of a record that has none.
    pub(super) no_headers: Null,
    /// Whether a header's bytes are numbers from -128 to 127, as Java has them and AWS' examples do, or from 0 to 255.
    pub(super) signed_headers: bool,
}

/// How a member is written that has nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    /// The member is not there.
    Absent,
    /// It is `null`, or an empty list.
    Written,
}

impl Dialect {
    /// As in AWS' examples, as far as they go.
    pub(super) const AWS: Self =
        Self { null_key: Null::Absent, null_value: Null::Absent, no_headers: Null::Written, signed_headers: true };

    /// Any of them, for one event; each second time, that of AWS.
    pub(super) fn any(rng: &mut fastrand::Rng) -> Self {
        if rng.bool() {
            return Self::AWS;
        }
        let mut null = || if rng.bool() { Null::Absent } else { Null::Written };
        let (null_key, null_value, no_headers) = (null(), null(), null());
        Self { null_key, null_value, no_headers, signed_headers: rng.bool() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn seeds_reach_every_dialect() {
        let mut rng = fastrand::Rng::with_seed(1);
        let seen: HashSet<_> = (0..1000).map(|_| format!("{:?}", Dialect::any(&mut rng))).collect();
        assert_eq!(seen.len(), 16);
    }
}
