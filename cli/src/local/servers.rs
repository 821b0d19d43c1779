//! The servers that the world stands on.

use std::sync::Arc;

use kinetrace_testbed::collector::{Arrival, Arrivals, Forwarder, Receiver};
use kinetrace_testbed::kinesis::Kinesis;
use kinetrace_testbed::kinesis::admission::Admission;
use kinetrace_testbed::kinesis::puts::{Put, Puts};
use kinetrace_testbed::kinesis::throttle::Throttle;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::ports::{Ports, refused};
use super::variables::Surroundings;
use crate::outcome::Failure;

/// Requests of exporters that wait for the observer.
const REQUESTS_AT_ONCE: usize = 64;

/// Kinesis and the collector, until they are dropped.
#[derive(Debug)]
pub(super) struct Servers {
    pub(super) kinesis: Arc<Kinesis>,
    pub(super) throttle: Throttle,
    pub(super) admission: Admission,
    pub(super) collector: Arc<Receiver>,
}

/// What they report.
#[derive(Debug)]
pub(super) struct Arriving {
    pub(super) puts: UnboundedReceiver<Put>,
    pub(super) spans: mpsc::Receiver<Arrival>,
}

impl Servers {
    /// Starts them on their ports. Spans also go to the forwarder, if there is one.
    pub(super) async fn start(ports: Ports, forwarder: Option<Forwarder>) -> Result<(Self, Arriving), Failure> {
        let (throttle, (seen, puts)) = (Throttle::default(), mpsc::unbounded_channel());
        let port = ports.kinesis_port;
        let admission = Admission::default();
        // What is refused on demand is seen, too; what comes when the run is over is not.
        let wrap = |service| admission.wrap(Puts::new(seen).wrap(throttle.wrap(service)));
        let kinesis = Kinesis::start_on(port, wrap).await;
        let kinesis = Arc::new(kinesis.map_err(refused("Kinesis", "--kinesis-port", port))?);
        let (spans_to, spans) = mpsc::channel(REQUESTS_AT_ONCE);
        let port = ports.otlp_port;
        let collector = Receiver::start_on(port, Arrivals::new(spans_to).forwarding_by(forwarder)).await;
        let collector = Arc::new(collector.map_err(refused("the collector", "--otlp-port", port))?);
        Ok((Self { kinesis, throttle, admission, collector }, Arriving { puts, spans }))
    }

    /// Where functions find them.
    pub(super) fn surroundings(&self) -> Surroundings {
        let (kinesis, collector) = (self.kinesis.endpoint().to_owned(), self.collector.endpoint());
        Surroundings { kinesis, collector }
    }
}
