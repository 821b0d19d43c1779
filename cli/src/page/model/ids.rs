//! The ids of traces and spans, in a tenth of the room that their hex takes.

use std::fmt;

use serde::{Serialize, Serializer};

/// 32 hex digits; none is the empty text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::page) struct TraceId(u128);

/// 16 hex digits; none is the empty text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::page) struct SpanId(u64);

impl TraceId {
    /// What is not an id is none.
    pub(in crate::page) fn of(hex: &str) -> Self {
        Self(if hex.len() == 32 { u128::from_str_radix(hex, 16).unwrap_or_default() } else { 0 })
    }

    pub(in crate::page) fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl SpanId {
    /// What is not an id is none.
    pub(in crate::page) fn of(hex: &str) -> Self {
        Self(if hex.len() == 16 { u64::from_str_radix(hex, 16).unwrap_or_default() } else { 0 })
    }
}

/// 32 hex digits.
impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_none() {
            serializer.serialize_str("")
        } else {
            serializer.collect_str(&format_args!("{:032x}", self.0))
        }
    }
}

impl Serialize for SpanId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 == 0 {
            serializer.serialize_str("")
        } else {
            serializer.collect_str(&format_args!("{:016x}", self.0))
        }
    }
}
