//! A row of the table: variables, their effect, and what is reported.

use std::env;
use std::process::{Command, Stdio};

use crate::child::{TOLD, WITHOUT_FLUSH};
use crate::collector::Collector;
use crate::private::Private;
use crate::seen::Seen;
use crate::signal::Signal;

/// No line has it, in whichever value it is.
const SECRET: &str = "s3cr3t";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// `{collector}` in a value is the URL of a collector, `{hanging}` that of one that never answers, and `{port}` the
    /// port of the first. `{secure}` is that of one with TLS, and `{ca}` the file of the authority that it has its certificate of.
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
        let private = Private::new();
        let secure = Collector::secure(private.server);
        let value = |value: &str| {
            let value = value.replace("{collector}", &url).replace("{port}", &port).replace("{ca}", &private.authority);
            let value = value.replace("{secure}", &format!("https://{}", secure.address));
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
        // Others about exports begin in lower case.
        let lines = stderr.lines().filter_map(|line| line.split_once("kinetrace: ")).map(|(_, line)| line.to_owned());
        let lines = lines.filter(|line| is_about_a_signal(line) || begins_with_variable(line)).collect();
        Ok(Seen { requests: [collector.requests(), secure.requests()].concat(), stdout, said, lines })
    }
}

/// `no traces are exported: …`: the variables say what there is not.
fn is_about_a_signal(line: &str) -> bool {
    line.starts_with("no ") && line.contains(" are exported: ")
}

fn begins_with_variable(line: &str) -> bool {
    line.split(['=', ' ', ',']).next().is_some_and(|name| name.contains('_'))
}
