//! The execution environments of functions, and what each is doing.

use std::collections::BTreeMap;

use kinetrace::history::Timestamp;
use kinetrace_testbed::function::FunctionHappening;
use serde_json::{Value, json};

use super::ledger::Ledger;

/// So many that are gone are shown still, the latest of each function.
const GONE: usize = 4;

/// One environment.
#[derive(Debug, Clone)]
struct Environment {
    state: &'static str,
    since: u64,
    request: String,
    process: Option<u32>,
}

/// By function and number.
#[derive(Debug, Default)]
pub(in crate::page) struct Environments(BTreeMap<(usize, u32), Environment>);

impl Environments {
    /// Takes note of what happened.
    pub(in crate::page) fn happened(&mut self, function: usize, at: Timestamp, happening: &FunctionHappening) {
        match happening {
            FunctionHappening::Started { environment, process } => {
                let since = at.0;
                let own = Environment { state: "starting", since, request: String::new(), process: *process };
                self.0.insert((function, *environment), own);
            }
            FunctionHappening::Ready { environment } => self.set(function, *environment, at, "idle"),
            FunctionHappening::Began { environment, request_id, .. } => {
                // One that hangs takes a batch, and goes on hanging.
                if !self.is(function, *environment, "hung") {
                    self.set(function, *environment, at, "busy");
                }
                if let Some(own) = self.0.get_mut(&(function, *environment)) {
                    own.request.clone_from(request_id);
                }
            }
            // One that hangs, or is gone, does so after its invocation has ended as well.
            FunctionHappening::Ended { environment, .. } if self.is(function, *environment, "busy") => {
                self.set(function, *environment, at, "idle");
            }
            FunctionHappening::Hung { environment } => self.set(function, *environment, at, "hung"),
            FunctionHappening::Gone { environment, .. } => {
                self.set(function, *environment, at, "gone");
                self.forget(function);
            }
            _ => {}
        }
    }

    /// The request that an environment has in hand.
    pub(in crate::page) fn request(&self, function: usize, environment: u32) -> &str {
        self.0.get(&(function, environment)).map(|own| own.request.as_str()).unwrap_or_default()
    }

    /// `shard` tells that of a request.
    pub(in crate::page) fn document<'a>(&self, ledger: &Ledger, shard: impl Fn(&str) -> &'a str) -> Vec<Value> {
        let environment = |((function, id), own): (&(usize, u32), &Environment)| {
            json!({
                "function": function, "id": id, "state": own.state, "since": ledger.after_origin(own.since),
                "request": own.request, "shard": shard(&own.request), "pid": own.process,
            })
        };
        self.0.iter().map(environment).collect()
    }

    fn is(&self, function: usize, environment: u32, state: &str) -> bool {
        self.0.get(&(function, environment)).is_some_and(|own| own.state == state)
    }

    fn set(&mut self, function: usize, environment: u32, at: Timestamp, state: &'static str) {
        if let Some(own) = self.0.get_mut(&(function, environment)) {
            (own.state, own.since) = (state, at.0);
            own.request.clear();
        }
    }

    fn forget(&mut self, function: usize) {
        let gone = self.0.iter().filter(|((of, _), own)| *of == function && own.state == "gone");
        let gone: Vec<_> = gone.map(|(place, _)| *place).rev().skip(GONE).collect();
        gone.iter().for_each(|place| drop(self.0.remove(place)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_what_last_happened_to_it_and_the_latest_that_are_gone_stay() {
        let mut environments = Environments::default();
        let mut happened = |happening| environments.happened(0, Timestamp(1), &happening);
        for environment in 0..9 {
            happened(FunctionHappening::Started { environment, process: Some(7) });
            happened(FunctionHappening::Ready { environment });
            happened(FunctionHappening::Began { environment, request_id: "r".into(), number: None });
        }
        for environment in 0..6 {
            happened(FunctionHappening::Gone { environment, status: String::new() });
            happened(FunctionHappening::Ended { environment, request_id: "r".into(), error: None });
        }
        happened(FunctionHappening::Hung { environment: 6 });
        happened(FunctionHappening::Ended { environment: 6, request_id: "r".into(), error: None });
        happened(FunctionHappening::Ended { environment: 7, request_id: "r".into(), error: None });
        let document = environments.document(&Ledger::default(), |request| if request == "r" { "shard" } else { "" });
        let states: Vec<_> =
            document.iter().map(|it| (it["id"].as_u64().unwrap(), it["state"].as_str().unwrap())).collect();
        let gone = |id| (id, "gone");
        assert_eq!(states, [gone(2), gone(3), gone(4), gone(5), (6, "hung"), (7, "idle"), (8, "busy")]);
        assert_eq!((&document[6]["request"], &document[6]["shard"]), (&json!("r"), &json!("shard")));
    }

    #[test]
    fn an_environment_that_hangs_and_gets_a_batch_still_hangs() {
        let mut environments = Environments::default();
        let mut happened = |at, happening| environments.happened(0, Timestamp(at), &happening);
        happened(1, FunctionHappening::Started { environment: 0, process: None });
        happened(2, FunctionHappening::Hung { environment: 0 });
        happened(3, FunctionHappening::Began { environment: 0, request_id: "r".into(), number: None });
        let document = environments.document(&Ledger::default(), |_| "");
        assert_eq!((&document[0]["state"], &document[0]["request"]), (&json!("hung"), &json!("r")));
        assert_eq!(document[0]["since"], 2);
    }
}
