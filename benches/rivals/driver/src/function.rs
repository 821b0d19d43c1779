//! What is compared: how each function is started, and what variables it gets.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::size::folder_bytes;

/// Where the functions in Python and Node.js are.
const HERE: &str = "benches/rivals";

type Variables = &'static [(&'static str, &'static str)];

#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// A program and its arguments.
    pub(crate) command: Vec<String>,
    language: Language,
    /// What has to be built or installed for it.
    package: &'static str,
    own: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Rust,
    Python,
    Node,
}

/// The plain one, which others are compared with.
pub(crate) const BARE: &str = "bare";

/// Those that trace nothing. All others are to be found at the collector, or there is nothing to compare.
const WITHOUT_SPANS: [&str; 5] = [BARE, "kinetrace-off", "kinetrace-unsampled", "python", "node"];

/// Name, package, and what differs in the environment.
const RUST: [(&str, &str, Variables); 10] = [
    (BARE, "bare", &[]),
    ("runtime-otel", "runtime-otel", &[]),
    ("otel-tower", "otel-tower", &[]),
    ("otel-lite", "otel-lite", &[]),
    ("awssdk", "awssdk", &[]),
    ("kinetrace-off", "kinetrace", &[("OTEL_SDK_DISABLED", "true")]),
    ("kinetrace-unsampled", "kinetrace", &[("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_METRICS_EXPORTER", "none")]),
    ("kinetrace-spans", "kinetrace", &[("OTEL_METRICS_EXPORTER", "none")]),
    ("kinetrace-metrics", "kinetrace", &[("OTEL_METRICS_EXPORTER", "otlp")]),
    ("kinetrace-layer", "kinetrace-layer", &[("OTEL_METRICS_EXPORTER", "none")]),
];

/// Spans only, and nothing that goes to Datadog by itself.
const DATADOG: Variables = &[
    ("DD_COLD_START_TRACING", "false"),
    ("DD_ENHANCED_METRICS", "false"),
    ("DD_INSTRUMENTATION_TELEMETRY_ENABLED", "false"),
    ("DD_REMOTE_CONFIGURATION_ENABLED", "false"),
    ("DD_TRACE_STARTUP_LOGS", "false"),
];

/// Those whose names begin with one of `only`, or all; the plain one is always there.
pub(crate) fn chosen(root: &Path, only: &[String]) -> Result<Vec<Function>, Error> {
    let root = std::path::absolute(root).map_err(|error| Error::System(root.display().to_string(), error))?;
    let all = all(&root);
    if let Some(name) = only.iter().find(|name| !all.iter().any(|function| function.name.starts_with(name.as_str()))) {
        return Err(Error::Unknown(name.clone()));
    }
    let is_chosen = |function: &Function| {
        only.is_empty() || function.name == BARE || only.iter().any(|name| function.name.starts_with(name.as_str()))
    };
    Ok(all.into_iter().filter(is_chosen).collect())
}

fn all(root: &Path) -> Vec<Function> {
    let rust = RUST.into_iter().map(|(name, package, variables)| {
        let program = root.join("release").join(format!("rivals-{package}"));
        let own = own(variables);
        Function { name, command: vec![text(&program)], language: Language::Rust, package, own }
    });
    rust.chain(pythons(root)).chain(nodes(root)).collect()
}

fn pythons(root: &Path) -> [Function; 3] {
    let function = |name, package: &'static str, handler: &str, more: Vec<(&'static str, String)>| {
        let python = text(&root.join("python/bin/python"));
        let command = vec![python, "-m".to_owned(), "awslambdaric".to_owned(), handler.to_owned()];
        let packages = packages(root, Language::Python, package).unwrap_or_default();
        let path = format!("{HERE}/python:{}", packages.display());
        let own = [more, vec![("PYTHONPATH", path), ("PYTHONDONTWRITEBYTECODE", "1".to_owned())]].concat();
        Function { name, command, language: Language::Python, package, own }
    };
    let app = "app.handler";
    let traced = own(&[("ORIG_HANDLER", app)]);
    let datadog = own(&[DATADOG, &[("DD_LAMBDA_HANDLER", app)]].concat());
    [
        function("python", "python", app, Vec::new()),
        function("python-otel", "python-otel", "traced.handler", traced),
        function("python-datadog", "python-datadog", "datadog_lambda.handler.handler", datadog),
    ]
}

fn nodes(root: &Path) -> [Function; 3] {
    let runtime = text(&root.join("node/node_modules/aws-lambda-ric/index.mjs"));
    let (app, traced) = (format!("{HERE}/node/app.handler"), format!("{HERE}/node/traced.handler"));
    let function = |name, package: &'static str, handler: String, more: Vec<(&'static str, String)>| {
        let command = vec!["node".to_owned(), runtime.clone(), handler.clone()];
        let packages = packages(root, Language::Node, package).unwrap_or_default();
        let own = [more, vec![("NODE_PATH", text(&packages)), ("_HANDLER", handler)]].concat();
        Function { name, command, language: Language::Node, package, own }
    };
    let datadog = [own(DATADOG), vec![("DD_LAMBDA_HANDLER", app.clone())]].concat();
    let wrapper = text(&root.join("node-datadog/node_modules/datadog-lambda-js/dist/handler.handler"));
    [
        function("node", "node", app.clone(), Vec::new()),
        function("node-otel", "node-otel", traced, vec![("ORIG_HANDLER", app)]),
        function("node-datadog", "node-datadog", wrapper, datadog),
    ]
}

fn own(variables: &[(&'static str, &'static str)]) -> Vec<(&'static str, String)> {
    variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Where an interpreter finds what was installed.
fn packages(root: &Path, language: Language, package: &str) -> Option<PathBuf> {
    match language {
        Language::Rust => None,
        Language::Node => Some(root.join(package).join("node_modules")),
        Language::Python => {
            let versions = std::fs::read_dir(root.join(package).join("lib")).ok()?;
            versions.flatten().map(|version| version.path().join("site-packages")).find(|path| path.is_dir())
        }
    }
}

impl Function {
    pub(crate) fn has_spans(&self) -> bool {
        !WITHOUT_SPANS.contains(&self.name)
    }

    pub(crate) fn is_native(&self) -> bool {
        self.language == Language::Rust
    }

    /// For the script that builds and installs.
    pub(crate) fn needs(&self) -> String {
        format!("{} {}", format!("{:?}", self.language).to_lowercase(), self.package)
    }

    /// The program, or for an interpreter the packages of the tracer; none without one.
    pub(crate) fn bytes(&self, root: &Path) -> Option<u64> {
        match self.language {
            Language::Rust => std::fs::metadata(&self.command[0]).ok().map(|file| file.len()),
            _ if self.package.contains('-') => Some(folder_bytes(&packages(root, self.language, self.package)?)),
            _ => None,
        }
    }

    /// All of them: nothing else comes from this process.
    pub(crate) fn variables(&self, address: &str) -> Vec<(&'static str, String)> {
        let inherited = ["PATH", "HOME"].into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)));
        let lambdas = [
            ("LANG", "C.UTF-8"),
            ("AWS_LAMBDA_FUNCTION_NAME", "consumer"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/consumer"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_REGION", "us-east-2"),
            ("LAMBDA_TASK_ROOT", "."),
            ("OTEL_SERVICE_NAME", "consumer"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            // Without it, one of them would trace nothing; for the others it changes nothing.
            ("RUST_LOG", "info"),
        ];
        let addresses = [
            ("AWS_LAMBDA_RUNTIME_API", address.to_owned()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{address}")),
        ];
        inherited.chain(own(&lambdas)).chain(addresses).chain(self.own.clone()).collect()
    }
}
