//! Who publishes.

use std::str::FromStr;

use crate::failure::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Producer {
    /// What the others are compared with.
    Boto3,
    /// The AWS SDK for Rust, called as [`Producer::Boto3`] is.
    SdkForRust,
    Kpl {
        aggregated: bool,
    },
    Aiokpl {
        aggregated: bool,
    },
    AsyncKinesis,
    /// `kinetrace_producer::Publisher`.
    Ordered {
        aggregated: bool,
        traced: bool,
    },
}

impl Producer {
    pub(crate) const ALL: [Self; 11] = [
        Self::Boto3,
        Self::SdkForRust,
        Self::Kpl { aggregated: true },
        Self::Kpl { aggregated: false },
        Self::Aiokpl { aggregated: true },
        Self::Aiokpl { aggregated: false },
        Self::AsyncKinesis,
        Self::Ordered { aggregated: true, traced: false },
        Self::Ordered { aggregated: false, traced: false },
        Self::Ordered { aggregated: true, traced: true },
        Self::Ordered { aggregated: false, traced: true },
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Boto3 => "boto3",
            Self::SdkForRust => "aws-sdk-rust",
            Self::Kpl { aggregated: true } => "kpl",
            Self::Kpl { aggregated: false } => "kpl-unaggregated",
            Self::Aiokpl { aggregated: true } => "aiokpl",
            Self::Aiokpl { aggregated: false } => "aiokpl-unaggregated",
            Self::AsyncKinesis => "async-kinesis",
            Self::Ordered { aggregated: true, traced: false } => "ordered-aggregated",
            Self::Ordered { aggregated: false, traced: false } => "ordered",
            Self::Ordered { aggregated: true, traced: true } => "ordered-aggregated-traced",
            Self::Ordered { aggregated: false, traced: true } => "ordered-traced",
        }
    }

    /// Whether it sends one record of a key at a time, so that a few hot keys take as long as many.
    pub(crate) fn is_one_by_one(self) -> bool {
        matches!(self, Self::Ordered { aggregated: false, .. })
    }
}

impl FromStr for Producer {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|producer| producer.name() == name);
        let all = Self::ALL.map(Self::name).join(", ");
        Ok(found.ok_or_else(|| format!("no producer is called {name:?}: there are {all}"))?)
    }
}
