//! What Lambda says of an invocation, next to the event.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What of it a test may choose.
#[derive(Debug, Clone)]
pub(crate) struct LambdaContext {
    pub(crate) function_name: String,
    pub(crate) request_id: String,
    pub(crate) xray_trace_header: Option<String>,
    /// Until the deadline.
    pub(crate) time: Duration,
}

impl Default for LambdaContext {
    fn default() -> Self {
        Self {
            function_name: "consumer".to_owned(),
            request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned(),
            xray_trace_header: None,
            time: Duration::from_secs(60),
        }
    }
}

impl LambdaContext {
    pub(crate) fn begin(&self) -> lambda_runtime::Context {
        let name = &self.function_name;
        let deadline = (SystemTime::now() + self.time).duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut context = lambda_runtime::Context::default();
        context.request_id.clone_from(&self.request_id);
        context.invoked_function_arn = format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
        context.deadline = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        context.xray_trace_id.clone_from(&self.xray_trace_header);
        context.env_config = Arc::new(lambda_runtime::Config { function_name: name.clone(), ..Default::default() });
        context
    }
}
