//! The environment variables of a child process: Lambda's, the function's own, those that it is to inherit, and nothing else.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use crate::configuration::{Configuration, REGION};

/// What a process is given of this one's environment in any case: interpreters look for their parts below `HOME` (pyenv, npm),
/// read and write text by `LANG`, and write below `TMPDIR`.
const ALWAYS: [&str; 4] = ["PATH", "HOME", "LANG", "TMPDIR"];

/// Each of them names credentials, which those of the testbed would hide from an SDK.
const CREDENTIALS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/// All of them by name. `outside` is the environment to inherit from.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
pub(super) fn of(
    configuration: &Configuration,
    runtime_api: &str,
    outside: impl Fn(&str) -> Option<OsString>,
) -> BTreeMap<String, OsString> {
    let Configuration { env, inherit, directory, .. } = configuration;
    let always = ALWAYS.into_iter().map(str::to_owned).chain(inherit.iter().cloned());
    let mut given: BTreeMap<String, OsString> =
        always.filter_map(|name| outside(&name).map(|value| (name, value))).collect();
    given.extend(env.iter().map(|(name, value)| (name.clone(), value.into())));

    let mut variables: BTreeMap<String, OsString> =
        lambdas(configuration).into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    if !CREDENTIALS.iter().any(|name| given.contains_key(*name)) {
        let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        variables.extend(names.map(|name| (name.to_owned(), "testbed".into())));
    }
    let root = directory.as_deref().map(absolute).or_else(|| std::env::current_dir().ok().map(Into::into));
    variables.extend(root.map(|root| ("LAMBDA_TASK_ROOT".to_owned(), root)));
    variables.extend(given);
    // Without it there is no runtime.
    variables.insert("AWS_LAMBDA_RUNTIME_API".to_owned(), runtime_api.into());
    variables
}

fn absolute(path: &Path) -> OsString {
    std::path::absolute(path).map_or_else(|_| path.into(), Into::into)
}

/// Those that say what the function is. `AWS_EXECUTION_ENV` is not set for programs that bring their runtime along.
fn lambdas(configuration: &Configuration) -> Vec<(&'static str, String)> {
    let Configuration { name, handler, memory_mb, environment_concurrency, .. } = configuration;
    let is_managed = *environment_concurrency > 1;
    let concurrency = is_managed.then(|| ("AWS_LAMBDA_MAX_CONCURRENCY", environment_concurrency.to_string()));
    let initialization = if is_managed { "lambda-managed-instances" } else { "on-demand" };
    let log_stream = format!("testbed/[$LATEST]{:032x}", fastrand::u128(..));
    let variables = [
        ("TZ", ":UTC".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("_HANDLER", handler.clone()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", initialization.to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory_mb.to_string()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
    ];
    variables.into_iter().chain(concurrency).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Variables as text, where `outside` has these.
    fn variables(configuration: &Configuration, outside: &[(&str, &str)]) -> BTreeMap<String, String> {
        let find = |name: &str| outside.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).into());
        let variables = of(configuration, "127.0.0.1:1", find).into_iter();
        variables.map(|(name, value)| (name, value.into_string().unwrap())).collect()
    }

    fn own(variables: &[(&str, &str)]) -> Vec<(String, String)> {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_functions_own_variables_win() {
        let env = own(&[("AWS_REGION", "eu-west-1"), ("AWS_LAMBDA_RUNTIME_API", "elsewhere"), ("LANG", "de")]);
        let configuration = Configuration { env, ..Configuration::new("f", "/bin/true") };
        let variables = variables(&configuration, &[("LANG", "fr"), ("AWS_REGION", "us-west-2")]);
        assert_eq!((&*variables["AWS_REGION"], &*variables["LANG"]), ("eu-west-1", "de"));
        assert_eq!(variables["AWS_LAMBDA_RUNTIME_API"], "127.0.0.1:1", "without which nothing works");
    }

    #[test]
    fn a_runtime_is_told_how_many_invocations_it_may_ask_for_if_it_is_more_than_one() {
        for (environment_concurrency, expected) in [(0, None), (1, None), (4, Some("4"))] {
            let configuration = Configuration { environment_concurrency, ..Configuration::new("f", "/bin/true") };
            let variables = variables(&configuration, &[]);
            assert_eq!(variables.get("AWS_LAMBDA_MAX_CONCURRENCY").map(String::as_str), expected);
        }
    }

    #[test]
    fn a_runtime_of_any_language_finds_what_lambda_documents() {
        let (handler, directory) = ("app.handler".to_owned(), Some("/srv/app".into()));
        let configuration =
            Configuration { handler, directory, memory_mb: 512, ..Configuration::new("f", "/bin/true") };
        let variables = variables(&configuration, &[]);
        let expected = [
            ("_HANDLER", "app.handler"),
            ("LAMBDA_TASK_ROOT", "/srv/app"),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
            ("AWS_LAMBDA_FUNCTION_NAME", "f"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/f"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "testbed"),
            ("AWS_SECRET_ACCESS_KEY", "testbed"),
            ("AWS_SESSION_TOKEN", "testbed"),
            ("TZ", ":UTC"),
            ("LANG", "C.UTF-8"),
        ];
        for (name, value) in expected {
            assert_eq!(variables.get(name).map(String::as_str), Some(value), "{name}");
        }
        assert_eq!(variables.get("AWS_EXECUTION_ENV"), None);
    }

    #[test]
    fn of_the_outside_there_is_what_interpreters_need_and_what_is_named() {
        let outside =
            [("PATH", "/bin"), ("HOME", "/home/me"), ("TABLE", "orders"), ("TOKEN", "secret"), ("TMPDIR", "/t")];
        let inherit = vec!["TABLE".to_owned(), "UNSET".to_owned()];
        let configuration = Configuration { inherit, ..Configuration::new("f", "/bin/true") };
        let variables = variables(&configuration, &outside);
        let got = ["PATH", "HOME", "TMPDIR", "TABLE", "TOKEN", "UNSET"];
        let got = got.map(|name| variables.get(name).map(String::as_str));
        assert_eq!(got, [Some("/bin"), Some("/home/me"), Some("/t"), Some("orders"), None, None]);
    }

    #[test]
    fn credentials_that_are_given_are_not_mixed_with_the_testbeds() {
        let outside = [("AWS_PROFILE", "dev"), ("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "s")];
        let table: [(&[&str], [Option<&str>; 3]); 3] = [
            (&[], [Some("testbed"), Some("testbed"), Some("testbed")]),
            (&["AWS_PROFILE"], [None, None, None]),
            (&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], [Some("AKIA"), Some("s"), None]),
        ];
        for (inherit, expected) in table {
            let inherit = inherit.iter().map(|name| (*name).to_owned()).collect();
            let variables = variables(&Configuration { inherit, ..Configuration::new("f", "/bin/true") }, &outside);
            let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
            assert_eq!(names.map(|name| variables.get(name).map(String::as_str)), expected);
        }
    }
}
