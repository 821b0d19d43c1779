//! A row of the table: variables, their effect, and what is reported.

use std::collections::BTreeSet;
use std::env;
use std::process::{Command, Stdio};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

use crate::child::{TOLD, WITHOUT_FLUSH};
use crate::collector::{Collector, Request};
use crate::signal::Signal;

/// No line has it, in whichever value it is.
const SECRET: &str = "s3cr3t";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// `{collector}` in a value is the URL of a collector, `{hanging}` that of one that never answers, and `{port}` the
    /// port of the first.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// What is seen, by the names of [`Seen::of`].
    pub(crate) seen: &'static [(&'static str, &'static str)],
    /// How the lines begin, or what else is in them.
    pub(crate) told: &'static [&'static str],
    signal: Signal,
}

/// Variables, what is seen, and what is told.
pub(crate) const fn row(
    variables: &'static [(&'static str, &'static str)],
    seen: &'static [(&'static str, &'static str)],
    told: &'static [&'static str],
) -> Row {
    Row { variables, seen, told, signal: Signal::All }
}

/// How a process ended.
#[derive(Debug)]
struct Seen {
    requests: Vec<Request>,
    /// What it says of itself.
    said: Vec<String>,
    /// What it complains of variables.
    lines: Vec<String>,
}

impl Row {
    /// The same, of the variables of this signal.
    pub(crate) fn of(self, signal: Signal) -> Self {
        Self { signal, ..self }
    }

    /// What is not as the row says.
    pub(crate) fn check(&self) -> Vec<String> {
        let (variables, signal) = (self.variables, self.signal);
        let seen = match self.run() {
            Ok(seen) => seen,
            Err(stopped) => return vec![format!("{variables:?}, {signal:?}: {stopped}")],
        };
        let differences = self.seen.iter().filter_map(|(what, expected)| {
            let (what, expected) = (signal.fill(what), signal.fill(expected));
            let found = seen.of(&what);
            (found != expected).then(|| format!("{what} is {found:?} and not {expected:?}"))
        });
        let told = self.told.iter().map(|told| signal.fill(told));
        let missing = told.filter(|told| !seen.lines.iter().any(|line| line.contains(told)));
        let too_many = (seen.lines.len() != self.told.len()).then(|| format!("{} lines", seen.lines.len()));
        let secrets =
            seen.lines.iter().filter(|line| line.contains(SECRET)).map(|line| format!("tells a secret: {line}"));
        let missing = missing.map(|told| format!("nothing reports {told}"));
        let faults = differences.chain(missing).chain(too_many).chain(secrets);
        faults.map(|fault| format!("{variables:?}, {signal:?}: {fault}: {seen:#?}")).collect()
    }

    /// Or how the process stopped.
    fn run(&self) -> Result<Seen, String> {
        let (collector, hanging) = (Collector::new(), Collector::hanging());
        let (url, port) = (format!("http://{}", collector.address), collector.address.port().to_string());
        let value = |value: &str| {
            let value = value.replace("{collector}", &url).replace("{port}", &port);
            value.replace("{hanging}", &format!("http://{}", hanging.address))
        };
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["child::emit", "--exact", "--ignored", "--nocapture"]).env_clear().env("CHILD", "1");
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &url);
        command.envs(self.variables.iter().map(|(name, text)| (self.signal.fill(name), value(text))));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if let Some((_, path)) = self.variables.iter().find(|(name, _)| *name == WITHOUT_FLUSH) {
            collector.wait_for(path);
        }
        drop(child.stdin.take());
        let output = child.wait_with_output().unwrap();
        let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        if !output.status.success() {
            return Err(format!("{}: {stdout}{stderr}", output.status));
        }
        let said = stdout.lines().filter_map(|line| line.split_once(TOLD)).map(|(_, said)| said.to_owned()).collect();
        // Those about exports begin in lower case.
        let lines = stderr.lines().filter_map(|line| line.split_once("kinetrace: ")).map(|(_, line)| line.to_owned());
        let lines =
            lines.filter(|line| line.split(['=', ' ', ',']).next().is_some_and(|name| name.contains('_'))).collect();
        Ok(Seen { requests: collector.requests(), said, lines })
    }
}

impl Seen {
    fn of(&self, what: &str) -> String {
        let limited = || self.spans().into_iter().find(|span| span.name == "limited").unwrap_or_default();
        match what {
            "targets" => {
                let targets: BTreeSet<_> = self.requests.iter().map(|request| request.target.as_str()).collect();
                targets.into_iter().collect::<Vec<_>>().join(" ")
            }
            "spans" => self.spans().len().to_string(),
            "largest batch" => {
                let batches = self.traces().map(|request| spans_of(&request).len());
                batches.max().unwrap_or_default().to_string()
            }
            "attributes" => limited().attributes.len().to_string(),
            "events" => limited().events.len().to_string(),
            "links" => limited().links.len().to_string(),
            "event attributes" => limited().events.first().map_or(0, |event| event.attributes.len()).to_string(),
            "link attributes" => limited().links.first().map_or(0, |link| link.attributes.len()).to_string(),
            "temporality" => self.temporality(),
            _ => self.named(what),
        }
    }

    fn named(&self, what: &str) -> String {
        if let Some(key) = what.strip_prefix("resource ") {
            return self.resources().iter().find_map(|resource| attribute(resource, key)).unwrap_or_default();
        }
        if let Some((path, name)) = what.split_once(" header ") {
            let of_signal = |request: &&Request| request.target.ends_with(path);
            let request = self.requests.iter().find(of_signal);
            return request.and_then(|request| request.headers.get(name).cloned()).unwrap_or_default();
        }
        let said = self.said.iter().find_map(|said| said.strip_prefix(what)?.strip_prefix('='));
        said.unwrap_or_default().to_owned()
    }

    fn traces(&self) -> impl Iterator<Item = ExportTraceServiceRequest> {
        // Whatever the path: what is no such request has no spans in it.
        let traces = self.requests.iter().filter(|request| !request.target.ends_with("metrics"));
        traces.filter_map(|request| ExportTraceServiceRequest::decode(&request.body[..]).ok())
    }

    fn metrics(&self) -> impl Iterator<Item = ExportMetricsServiceRequest> {
        let metrics = self.requests.iter().filter(|request| request.target.ends_with("metrics"));
        metrics.filter_map(|request| ExportMetricsServiceRequest::decode(&request.body[..]).ok())
    }

    fn spans(&self) -> Vec<Span> {
        self.traces().flat_map(|request| spans_of(&request)).collect()
    }

    fn resources(&self) -> Vec<Resource> {
        let traces = self.traces().flat_map(|request| request.resource_spans).filter_map(|spans| spans.resource);
        let metrics = self.metrics().flat_map(|request| request.resource_metrics);
        traces.chain(metrics.filter_map(|metrics| metrics.resource)).collect()
    }

    fn temporality(&self) -> String {
        let scopes =
            self.metrics().flat_map(|request| request.resource_metrics).flat_map(|metrics| metrics.scope_metrics);
        let data = scopes.flat_map(|scope| scope.metrics).filter(|metric| metric.name == "counter");
        let sums = data.filter_map(|metric| match metric.data {
            Some(Data::Sum(sum)) => Some(sum.aggregation_temporality().as_str_name().to_owned()),
            _ => None,
        });
        sums.last().unwrap_or_default()
    }
}

fn spans_of(request: &ExportTraceServiceRequest) -> Vec<Span> {
    let scopes = request.resource_spans.iter().flat_map(|spans| &spans.scope_spans);
    scopes.flat_map(|scope| scope.spans.iter().cloned()).collect()
}

fn attribute(resource: &Resource, key: &str) -> Option<String> {
    let attribute = resource.attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        other => Some(format!("{other:?}")),
    }
}
