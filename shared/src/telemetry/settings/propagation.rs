//! How contexts travel, and how much of them.

use std::collections::BTreeSet;

use super::reading::{Reading, elements, shown};
use crate::context::propagators::{self, Propagators};

const NAME: &str = "OTEL_PROPAGATORS";
const KNOWN: &str = "use tracecontext, baggage, b3, b3multi, xray or none";

/// The propagators, and whether X-Ray's is among them.
pub(super) fn propagators(reading: &mut Reading<'_>) -> (Propagators, bool) {
    let Some(value) = reading.get(NAME) else { return (Propagators::default(), false) };
    let (mut known, unknown): (Vec<_>, Vec<_>) = elements(value).partition(|name| Propagators::parse(name).is_ok());
    let mut seen = BTreeSet::new();
    known.retain(|name| seen.insert(name.clone()));
    let instead = if known.is_empty() { propagators::DEFAULT.to_owned() } else { known.join(",") };
    if !unknown.is_empty() || known.is_empty() {
        reading.not_understood(NAME, value, &instead, KNOWN);
    }
    let has_xray = known.iter().any(|name| name == "xray");
    // Each name is known by now.
    (Propagators::parse(&instead).unwrap_or_default(), has_xray)
}

/// What of baggage travels.
#[derive(Debug, Default)]
pub(super) struct Baggage {
    keys: Option<Vec<String>>,
    max_bytes: Option<usize>,
}

impl Baggage {
    pub(super) fn read(reading: &mut Reading<'_>) -> Self {
        let max_bytes = reading.number(
            propagators::MAX_BAGGAGE,
            |bytes| *bytes <= propagators::MAX_BAGGAGE_BYTES,
            &propagators::DEFAULT_BAGGAGE_BYTES.to_string(),
            "use a number of bytes from 0 to 8192",
        );
        Self { keys: keys(reading), max_bytes }
    }

    pub(super) fn limit(self, all: Propagators) -> Propagators {
        let named = match self.keys {
            Some(keys) => all.with_baggage_keys(keys),
            None => all,
        };
        match self.max_bytes {
            Some(bytes) => named.with_max_baggage_bytes(bytes),
            None => named,
        }
    }
}

/// Where a list is malformed, what is well-formed of it remains: it was to keep baggage back, so all would be too much.
fn keys(reading: &mut Reading<'_>) -> Option<Vec<String>> {
    let list = reading.get(propagators::BAGGAGE_KEYS)?;
    let all = list.split(',').map(str::trim).filter(|key| !key.is_empty());
    let (keys, others): (Vec<_>, Vec<_>) = all.map(str::to_owned).partition(|key| is_key(key));
    if !others.is_empty() || keys.is_empty() {
        let left = if keys.is_empty() {
            "no baggage travels".to_owned()
        } else {
            format!("only these travel: {}", keys.join(", "))
        };
        reading.tell(format!(
            "{}={} is not understood, so {left}: use keys of baggage, with commas between them",
            propagators::BAGGAGE_KEYS,
            shown(list)
        ));
    }
    Some(keys)
}

fn is_key(key: &str) -> bool {
    !key.contains(['=', ';']) && key.bytes().all(|byte| byte.is_ascii_graphic())
}
