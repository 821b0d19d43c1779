//! The environment variables of a child process: Lambda's, the function's own, and nothing else.

use crate::configuration::{Configuration, REGION};

/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
///
/// `PATH` is kept from the testbed's own environment.
pub(super) fn of(configuration: &Configuration, runtime_api: &str) -> Vec<(String, String)> {
    let Configuration { name, env, environment_concurrency, .. } = configuration;
    let is_managed = *environment_concurrency > 1;
    let concurrency = is_managed.then(|| ("AWS_LAMBDA_MAX_CONCURRENCY", environment_concurrency.to_string()));
    let initialization = if is_managed { "lambda-managed-instances" } else { "on-demand" };
    let path = std::env::var("PATH").unwrap_or_default();
    let log_stream = format!("testbed/[$LATEST]{:032x}", fastrand::u128(..));
    [
        ("PATH", path),
        ("TZ", ":UTC".to_owned()),
        ("_HANDLER", "bootstrap".to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", initialization.to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", "testbed".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "testbed".to_owned()),
    ]
    .into_iter()
    .chain(concurrency)
    .map(|(name, value)| (name.to_owned(), value))
    .chain(env.iter().cloned())
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_functions_own_variables_win() {
        let mut configuration = Configuration::new("f", "/bin/true");
        configuration.env = vec![("AWS_REGION".to_owned(), "eu-west-1".to_owned())];
        let variables: HashMap<_, _> = of(&configuration, "127.0.0.1:1").into_iter().collect();
        assert_eq!(variables["AWS_REGION"], "eu-west-1");
        assert_eq!(variables["AWS_LAMBDA_RUNTIME_API"], "127.0.0.1:1");
    }

    #[test]
    fn a_runtime_is_told_how_many_invocations_it_may_ask_for_if_it_is_more_than_one() {
        for (environment_concurrency, expected) in [(0, None), (1, None), (4, Some("4"))] {
            let configuration = Configuration { environment_concurrency, ..Configuration::new("f", "/bin/true") };
            let variables: HashMap<_, _> = of(&configuration, "127.0.0.1:1").into_iter().collect();
            assert_eq!(variables.get("AWS_LAMBDA_MAX_CONCURRENCY").map(String::as_str), expected);
        }
    }
}
