//! Whether this process runs where the Lambda runtime can.

use http::Uri;

/// The variable that says where the Runtime API and the Extensions API are.
pub(super) const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// The variables that the Lambda runtime panics without, or when they are malformed
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>).
const REQUIRED: [(&str, IsWellFormed); 4] = [
    // Lambda says host and port; `cargo lambda watch`, which tells several functions apart, a URL.
    (RUNTIME_API, |value| value.parse::<Uri>().is_ok_and(|uri| uri.authority().is_some())),
    ("AWS_LAMBDA_FUNCTION_NAME", |_| true),
    ("AWS_LAMBDA_FUNCTION_VERSION", |_| true),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", |value| value.parse::<i32>().is_ok()),
];

type IsWellFormed = fn(&str) -> bool;

/// The program was started by hand.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// A variable that Lambda sets is not there.
    #[error(
        "{0} is not set: this program is a Lambda function and is started by Lambda. To try it here, use \
         `cargo run --release -- demo`, `cargo lambda watch` or `sam local invoke`"
    )]
    Missing(&'static str),
    /// A variable that Lambda sets says what Lambda never says.
    #[error("{0}={1:?} is not what Lambda sets it to: leave it alone")]
    Malformed(&'static str, String),
}

/// Says in one sentence what is wrong, before the Lambda runtime panics about it.
///
/// # Errors
///
/// The first variable that Lambda would have set otherwise.
pub fn check_environment() -> Result<(), EnvironmentError> {
    check(|name| std::env::var(name).ok())
}

fn check(lookup: impl Fn(&str) -> Option<String>) -> Result<(), EnvironmentError> {
    for (name, is_well_formed) in REQUIRED {
        let value = lookup(name).ok_or(EnvironmentError::Missing(name))?;
        if !is_well_formed(&value) {
            return Err(EnvironmentError::Malformed(name, value));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_make_the_runtime_panic_is_told_in_a_sentence() {
        let lambda = |name: &str| match name {
            "AWS_LAMBDA_RUNTIME_API" => "127.0.0.1:9001",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" => "128",
            _ => "x",
        };
        assert!(check(|name| Some(lambda(name).to_owned())).is_ok());
        let watch = |name: &str| if name == RUNTIME_API { "http://127.0.0.1:9000/.rt/consumer" } else { lambda(name) };
        assert!(check(|name| Some(watch(name).to_owned())).is_ok());
        for (wrong, value) in [
            ("AWS_LAMBDA_RUNTIME_API", Some("a b")),
            ("AWS_LAMBDA_RUNTIME_API", Some("/.rt/consumer")),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Some("lots")),
            ("AWS_LAMBDA_FUNCTION_VERSION", None),
        ] {
            let lookup = |name: &str| if name == wrong { value } else { Some(lambda(name)) };
            let error = check(|name| lookup(name).map(str::to_owned)).unwrap_err().to_string();
            assert!(error.starts_with(wrong) && error.contains(value.unwrap_or("not set")), "{error}");
        }
    }
}
