//! The variables of a function's environments: those of the deployment, and those by which they find what is here. Pure.

/// Names with their values, or with what is said about them.
pub(super) type Pairs = Vec<(String, String)>;

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Surroundings {
    /// The embedded Kinesis.
    pub(super) kinesis: String,
    /// Where spans go.
    pub(super) collector: String,
}

/// What a variable says of a way to another collector, one that ours does not have, after the signal.
const OF_WAYS: [&str; 5] = ["HEADERS", "PROTOCOL", "CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"];

/// Which, where it is `none`, keeps spans from being seen.
const EXPORTER: &str = "OTEL_TRACES_EXPORTER";

/// The variables of a function, and what is different from what was deployed, by name. What a flag gives stays as it is.
pub(super) fn variables(
    function: &str,
    deployed: &[(String, String)],
    around: &Surroundings,
    is_given: &dyn Fn(&str) -> bool,
) -> (Pairs, Pairs) {
    let mut variables = Variables { all: deployed.to_vec(), changed: Vec::new(), is_given };
    variables.set("AWS_ENDPOINT_URL_KINESIS", &around.kinesis, "Kinesis is here");
    variables.set("OTEL_EXPORTER_OTLP_ENDPOINT", &around.collector, "spans come here, and go on from here");
    variables.set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "the collector here speaks HTTP");
    // By which it is seen whose a put is.
    variables.set("AWS_ACCESS_KEY_ID", function, "credentials are made up");
    variables.set("AWS_SECRET_ACCESS_KEY", "local", "credentials are made up");
    variables.set("KINETRACE_RECORD_LOG", "all", "the checker reads the lines");
    for (name, comes) in of_other_collectors() {
        if variables.value(&name).is_some_and(|value| !value.is_empty()) {
            variables.set(&name, "", comes);
        }
    }
    if variables.value(EXPORTER).is_some_and(|value| value.trim().eq_ignore_ascii_case("none")) {
        variables.set(EXPORTER, "otlp", "there is a collector here");
    }
    (variables.all, variables.changed)
}

/// By which a program would find another collector, or a way there that ours does not have; each with what comes here.
fn of_other_collectors() -> impl Iterator<Item = (String, &'static str)> {
    let signals = [
        ("", "spans come here"),
        ("TRACES_", "spans come here"),
        ("METRICS_", "metrics come here"),
        ("LOGS_", "log records come here"),
    ];
    signals.into_iter().flat_map(|(signal, comes)| {
        let ways = OF_WAYS.into_iter().filter(move |way| !(signal.is_empty() && *way == "PROTOCOL"));
        let endpoint = (!signal.is_empty()).then_some("ENDPOINT");
        let names = endpoint.into_iter().chain(ways).map(move |way| format!("OTEL_EXPORTER_OTLP_{signal}{way}"));
        names.chain([format!("KINETRACE_OTLP_{signal}SIGV4")]).map(move |name| (name, comes))
    })
}

struct Variables<'g> {
    all: Pairs,
    changed: Pairs,
    is_given: &'g dyn Fn(&str) -> bool,
}

impl Variables<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        self.all.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn set(&mut self, name: &str, to: &str, because: &str) {
        if (self.is_given)(name) {
            return;
        }
        // An empty value is as good as none, and what is not named by the deployment is not different from it.
        if self.value(name).is_some_and(|value| !value.is_empty() && value != to) {
            let is_now = if to.is_empty() { "is not set".to_owned() } else { format!("is `{to}`") };
            self.changed.push((name.to_owned(), format!("{is_now}, because {because}")));
        }
        self.all.retain(|(known, _)| known != name);
        self.all.push((name.to_owned(), to.to_owned()));
    }
}

#[cfg(test)]
mod tests;
