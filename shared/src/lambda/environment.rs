//! Whether this process runs where the Lambda runtime can.

/// The variables without which the Lambda runtime panics
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>).
const REQUIRED: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
];

/// The program was started by hand.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} is not set: this program is a Lambda function and is started by Lambda. To try it here, use \
     `cargo run --release -- demo`, `cargo lambda watch` or `sam local invoke`"
)]
pub struct NotInLambda(&'static str);

/// Says in one sentence what is missing, before the Lambda runtime panics about it.
///
/// # Errors
///
/// The first variable that Lambda would have set and that is not.
pub fn check_environment() -> Result<(), NotInLambda> {
    match REQUIRED.into_iter().find(|name| std::env::var_os(name).is_none()) {
        Some(name) => Err(NotInLambda(name)),
        None => Ok(()),
    }
}
