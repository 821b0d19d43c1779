//! What happens to each PutRecords between the publisher and Kinesis, as the test says.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::put_request::{PutRequest, refusal};
use crate::watch::Watch;

/// What a throttled entry, or a throttled request, is told.
pub(crate) const THROTTLED: &str = "ProvisionedThroughputExceededException";

/// What an entry, or a request, is told when Kinesis had a fault of its own.
pub(crate) const INTERNAL: &str = "InternalFailure";

/// How long a test waits for what must happen, before it fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What happens to one PutRecords.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Pass,
    /// It waits for [`Faults::release`], even when the client has long given up on it.
    Hold,
    /// The entry that goes where this key goes fails with this code; Kinesis gets the others.
    FailEntry(&'static str, &'static str),
    /// Kinesis gets nothing of it, and the answer is this status with this code.
    Refuse(u16, &'static str),
    /// As `Refuse`, but by something that is not Kinesis and answers with a status only.
    RefuseWithoutBody(u16),
    CommitThenBreak,
    CommitThenHang,
}

#[derive(Debug)]
pub(crate) struct Faults {
    script: Mutex<VecDeque<Step>>,
    then: Step,
    pub(crate) watch: Arc<Watch>,
    held: Semaphore,
    released: Semaphore,
    landed: Semaphore,
}

impl Faults {
    /// One step per request, in the order in which requests come; all further requests get `then`.
    pub(crate) fn new(script: impl IntoIterator<Item = Step>, then: Step) -> Arc<Self> {
        Arc::new(Self {
            script: Mutex::new(script.into_iter().collect()),
            then,
            watch: Arc::default(),
            held: Semaphore::new(0),
            released: Semaphore::new(0),
            landed: Semaphore::new(0),
        })
    }

    pub(crate) fn wrap(self: &Arc<Self>, service: Router) -> Router {
        service.layer(from_fn_with_state(Arc::clone(self), intercept))
    }

    /// Until a request is held.
    pub(crate) async fn held(&self) {
        timeout(PATIENCE, self.held.acquire()).await.unwrap().unwrap().forget();
    }

    /// Lets a held request go on, until Kinesis has it.
    pub(crate) async fn release(&self) {
        self.released.add_permits(1);
        timeout(PATIENCE, self.landed.acquire()).await.unwrap().unwrap().forget();
    }

    fn next_step(&self) -> Step {
        self.script.lock().unwrap().pop_front().unwrap_or(self.then)
    }

    async fn hold(self: Arc<Self>, put: PutRequest) -> Response {
        self.held.add_permits(1);
        self.released.acquire().await.unwrap().forget();
        let answer = put.forward().await;
        self.landed.add_permits(1);
        answer
    }
}

async fn intercept(State(faults): State<Arc<Faults>>, request: Request, next: Next) -> Response {
    if request.headers().get("x-amz-target").is_none_or(|target| target != "Kinesis_20131202.PutRecords") {
        return next.run(request).await;
    }
    // Read first: a request that the client breaks off half-way never came, and uses up no step.
    let put = match PutRequest::read(request, next).await {
        Ok(put) => put,
        Err(answer) => return answer,
    };
    let step = faults.next_step();
    let under_way = faults.watch.begin(&put.entries());
    match step {
        Step::Pass => put.forward().await,
        // A task of its own: the server drops this one when the client hangs up.
        Step::Hold => tokio::spawn(Arc::clone(&faults).hold(put)).await.unwrap(),
        Step::FailEntry(key, code) => put.forward_without(key, code).await,
        Step::Refuse(status, code) => refusal(status, code),
        Step::RefuseWithoutBody(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Step::CommitThenBreak => {
            put.forward().await;
            refusal(500, INTERNAL)
        }
        Step::CommitThenHang => {
            tokio::spawn(put.forward()).await.unwrap();
            drop(under_way);
            pending().await
        }
    }
}
