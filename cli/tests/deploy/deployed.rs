//! What a template deploys a function with, as `deploy/template.py` reads it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::given;

/// A function of a template, and what the names of the sample events for it begin with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deployment {
    pub(crate) template: &'static str,
    pub(crate) function: &'static str,
    pub(crate) events: &'static str,
}

/// All there are. One executable serves both kinds of mappings.
pub(crate) const DEPLOYMENTS: [Deployment; 3] = [
    Deployment { template: "template.yaml", function: "consumer", events: "kinesis-" },
    Deployment { template: "template-kafka.yaml", function: "consumer", events: "kafka-" },
    Deployment { template: "template.yaml", function: "producer", events: "producer-" },
];

#[derive(Debug, Deserialize)]
pub(crate) struct Deployed {
    pub(crate) variables: BTreeMap<String, String>,
    /// The operations of Kinesis that its role may call.
    pub(crate) actions: BTreeSet<String>,
}

impl Deployed {
    pub(crate) fn of(deployment: Deployment) -> Self {
        let Deployment { template, function, .. } = deployment;
        let path = given("KINETRACE_FUNCTIONS");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut all: BTreeMap<String, BTreeMap<String, Self>> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let deployed = all.get_mut(template).and_then(|functions| functions.remove(function));
        deployed.unwrap_or_else(|| panic!("{path}: {template} has no {function}"))
    }
}
