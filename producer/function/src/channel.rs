//! How the function was called, and so how it answers.

use serde::Serialize;

/// The most that Lambda takes for an answer, in bytes: the number that its own error names
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const LAMBDA: usize = 6_291_556;

/// The most that an Application Load Balancer takes from a function, in bytes
/// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>).
const LOAD_BALANCER: usize = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// A function URL or an HTTP API, payload format 2.0; a REST API, or format 1.0
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>).
    Http,
    /// With headers of several values each, if its target group is set so; the answer has to have them, too.
    LoadBalancer { multi_value_headers: bool },
    /// `{"events":[…]}`
    Direct,
}

impl Channel {
    /// The most that an answer may have, in bytes.
    pub(crate) fn limit(self) -> usize {
        match self {
            Self::Http | Self::Direct => LAMBDA,
            Self::LoadBalancer { .. } => LOAD_BALANCER,
        }
    }

    /// What a part of the body takes in the answer, in bytes. An HTTP answer has the body as a JSON string, so that each
    /// quote and backslash of it takes one byte more.
    pub(crate) fn encoded(self, part: &impl Serialize) -> usize {
        let json = serde_json::to_string(part).unwrap_or_default();
        match self {
            Self::Direct => json.len(),
            Self::Http | Self::LoadBalancer { .. } => {
                serde_json::to_string(&json).unwrap_or_default().len().saturating_sub("\"\"".len())
            }
        }
    }
}
