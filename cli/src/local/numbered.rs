//! A function, as one of the mappings that invoke it sees it.

use bytes::Bytes;
use kinetrace_testbed::environment::InvokeError;
use kinetrace_testbed::event_source_mapping::Invoke;
use kinetrace_testbed::function::Function;

/// Of an invocation's number, so many bits are the mapping's own.
const OWN: u32 = 48;

/// Gives invocations numbers that no other mapping of the function gives.
#[derive(Debug)]
pub(super) struct Numbered {
    pub(super) function: Function,
    pub(super) mapping: usize,
}

impl Invoke for Numbered {
    type Error = InvokeError;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        self.function.invoke(event).await
    }

    async fn invoke_numbered(&self, invocation: u64, event: Bytes) -> Result<Bytes, InvokeError> {
        self.function.invoke_numbered(number(self.mapping, invocation), event).await
    }
}

/// The number by which a function knows the invocation of a mapping.
pub(super) fn number(mapping: usize, invocation: u64) -> u64 {
    (mapping as u64) << OWN | invocation
}

/// The mapping's place, and its own number of the invocation.
pub(crate) fn mapping_of(number: u64) -> (usize, u64) {
    (usize::try_from(number >> OWN).unwrap_or_default(), number & ((1 << OWN) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invocation_is_found_again_by_its_number() {
        for (mapping, invocation) in [(0, 0), (0, 7), (3, 0), (200, (1 << 48) - 1)] {
            assert_eq!(mapping_of(number(mapping, invocation)), (mapping, invocation));
        }
    }
}
