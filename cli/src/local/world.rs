//! What runs: streams, functions and the mappings between them.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use futures_util::future::join_all;
use kinetrace::history::Timestamp;
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Stream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::configuration::configuration;
use super::deployment::{Deployment, FunctionPlan, MappingPlan};
use super::numbered::Numbered;
use super::seen::{Seen, pass_on};
use super::variables::Surroundings;
use crate::outcome::Failure;

/// What has been reported is passed on at once; so long it may take on a busy machine.
const REPORTS_LIMIT: Duration = Duration::from_secs(2);

/// Whether a flag gives this function this variable.
pub(super) type IsGiven<'g> = &'g dyn Fn(&str, &str) -> bool;

/// A deployment that runs, until it is taken down.
#[derive(Debug)]
pub(super) struct World {
    pub(super) client: Client,
    pub(super) functions: Vec<Function>,
    pub(super) mappings: Vec<Mapping>,
    /// Where functions are given something else than what is deployed.
    pub(super) notes: Vec<(String, String)>,
    reports: Vec<JoinHandle<()>>,
}

/// A mapping that runs.
#[derive(Debug)]
pub(super) struct Mapping {
    /// Its place in the deployment.
    pub(super) place: usize,
    pub(super) stream: String,
    pub(super) mapping: Arc<EventSourceMapping>,
}

impl World {
    /// Makes the streams, and starts the mappings; functions start when they are invoked.
    pub(super) async fn start(
        deployment: &Deployment,
        client: Client,
        around: (&Surroundings, IsGiven<'_>),
        watch: bool,
        to: &UnboundedSender<Seen>,
    ) -> Result<Self, Failure> {
        for stream in &deployment.streams {
            kinesis::create_stream(&client, &stream.name, stream.shards).await?;
        }
        let mut world =
            Self { client, functions: Vec::new(), mappings: Vec::new(), notes: Vec::new(), reports: Vec::new() };
        for (place, plan) in deployment.functions.iter().enumerate() {
            world.start_function(place, plan, around, watch, to);
        }
        for (place, plan) in deployment.mappings.iter().enumerate().filter(|(_, plan)| plan.enabled) {
            let function = deployment.functions.iter().position(|function| function.name == plan.function);
            let missing =
                || format!("the mapping of `{}` names no function that is there: `{}`", plan.stream, plan.function);
            world.start_mapping(place, plan, function.ok_or_else(missing)?, to)?;
        }
        Ok(world)
    }

    fn start_function(
        &mut self,
        place: usize,
        plan: &FunctionPlan,
        (around, is_given): (&Surroundings, IsGiven<'_>),
        watch: bool,
        to: &UnboundedSender<Seen>,
    ) {
        let is_given = |variable: &str| is_given(&plan.name, variable);
        let (mut configuration, changed) = configuration(plan, around, &is_given);
        if !watch {
            configuration.watched.clear();
        }
        self.notes.extend(changed.into_iter().map(|(name, text)| (format!("{}.{name}", plan.name), text)));
        let ((logs, lines), (watcher, happenings)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        self.functions.push(Function::new_watched(configuration, logs, watcher));
        let line = move |line| Seen::Line(place, Timestamp::now(), line);
        self.reports.push(pass_on(lines, to.clone(), line));
        self.reports.push(pass_on(happenings, to.clone(), move |(at, it)| Seen::Function(place, at, it)));
    }

    fn start_mapping(
        &mut self,
        place: usize,
        plan: &MappingPlan,
        function: usize,
        to: &UnboundedSender<Seen>,
    ) -> Result<(), Failure> {
        let stream = stream(&plan.stream);
        let invoker = Arc::new(Numbered { function: self.functions[function].clone(), mapping: place });
        let (watcher, happenings) = mpsc::unbounded_channel();
        let (client, settings) = (self.client.clone(), plan.settings.clone());
        let mapping = EventSourceMapping::start_watched(client, stream, settings, invoker, watcher)?;
        self.reports.push(pass_on(happenings, to.clone(), move |(at, it)| Seen::Mapping(place, at, it)));
        self.mappings.push(Mapping { place, stream: plan.stream.clone(), mapping: Arc::new(mapping) });
        Ok(())
    }

    /// Ends the mappings and then the functions, and returns when all that they have reported is passed on. Invocations have
    /// `limit` to end, and environments to send their spans.
    pub(super) async fn take_down(self, limit: Duration) {
        let Self { functions, mappings, reports, .. } = self;
        // Those who have asked for something by a command may hold one a moment longer; dropping it ends it, too.
        let stopping = mappings.into_iter().filter_map(|it| Arc::into_inner(it.mapping)).map(EventSourceMapping::stop);
        drop(timeout(limit, join_all(stopping)).await);
        drop(timeout(limit, join_all(functions.iter().map(Function::shutdown))).await);
        drop(functions);
        drop(timeout(REPORTS_LIMIT, join_all(reports)).await);
    }
}

/// A stream of this name, as events name it.
pub(super) fn stream(name: &str) -> Stream {
    Stream { name: name.to_owned(), arn: format!("arn:aws:kinesis:us-east-1:000000000000:stream/{name}") }
}
