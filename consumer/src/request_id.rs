//! Which invocation is at work: for its log lines, of which several invocations may write at once.

use std::future::Future;
use std::task::{Context, Poll};

use lambda_runtime::LambdaInvocation;
use tokio::task::futures::TaskLocalFuture;
use tower::Service;

tokio::task_local! {
    /// Of the invocation that the current task works on.
    static REQUEST_ID: String;
}

/// The id of the invocation during which this is called; none in a task that it has spawned.
pub(crate) fn current() -> Option<String> {
    REQUEST_ID.try_with(String::clone).ok()
}

/// Around the service that answers invocations.
#[derive(Debug, Clone)]
pub struct Named<S>(pub(crate) S);

impl<S: Service<LambdaInvocation>> Service<LambdaInvocation> for Named<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = TaskLocalFuture<String, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let request_id = invocation.context.request_id.clone();
        during(request_id, self.0.call(invocation))
    }
}

pub(crate) fn during<F: Future>(request_id: String, work: F) -> TaskLocalFuture<String, F> {
    REQUEST_ID.scope(request_id, work)
}
