//! What the template deploys a function with, as `deploy/template.py` reads it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::given;

#[derive(Debug, Deserialize)]
pub(crate) struct Deployed {
    pub(crate) variables: BTreeMap<String, String>,
    /// The operations of Kinesis that its role may call.
    pub(crate) actions: BTreeSet<String>,
}

impl Deployed {
    pub(crate) fn of(function: &str) -> Self {
        let path = given("KINETRACE_FUNCTIONS");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut all: BTreeMap<String, Self> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        all.remove(function).unwrap_or_else(|| panic!("{path}: there is no {function}"))
    }
}
