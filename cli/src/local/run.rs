//! A run, from its deployment to its verdict.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kinetrace::Telemetry;
use kinetrace_testbed::function_url::FunctionUrls;
use kinetrace_testbed::kinesis::admission::Admission;
use kinetrace_testbed::printable::Printable;
use tokio::sync::{mpsc, watch};

use super::Arguments;
use super::account::Account;
use super::backlog::Backlog;
use super::conclusion::conclude;
use super::control::Control;
use super::deployment::Deployment;
use super::environments::Environments;
use super::feed::Feed;
use super::history_file::HistoryFile;
use super::interrupts::Interrupts;
use super::introduction::{introduction, notes};
use super::judge::Judge;
use super::ledger::Ledger;
use super::messages::Messages;
use super::observer::{Observed, Observer};
use super::on_failure::OnFailureFolder;
use super::ports::refused;
use super::readiness::{Readiness, Standing};
use super::running::Running;
use super::scene;
use super::seen::{Seen, pass_on};
use super::servers::Servers;
use super::told::Told;
use super::typed;
use super::witness::Witness;
use super::world::World;
use crate::forwarding;
use crate::outcome::{Failure, Outcome};
use crate::page::Model;
use crate::page::server::Server;
use crate::say::say;

/// So long the last lines on standard error may take, before the verdict.
const WRITTEN_LIMIT: Duration = Duration::from_secs(1);

/// So long viewers of the page may take for what is new at the end.
const LAST_LOOK_LIMIT: Duration = Duration::from_secs(1);

/// Commands that wait for those before them.
const COMMANDS: usize = 16;

pub(crate) async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let deployment = arguments.deployment.deployment()?;
    let input = arguments.input.read(&deployment)?;
    // Opened before the run: a path that cannot be written should not cost its verdict.
    let history = arguments.history.as_deref().map(HistoryFile::create).transpose()?;
    let folder = arguments.deployment.on_failure_folder();
    let folder = folder.map(|path| OnFailureFolder::create(path, &deployment)).transpose()?;
    let (mut interrupts, messages) = (Interrupts::listen()?, Messages::to_standard_error()?);
    let forwarder = forwarding::start().await?;
    let (servers, arriving) = Servers::start(arguments.ports, forwarder.clone()).await?;
    let around = servers.surroundings();
    let readiness = Readiness::of(&deployment);
    if !readiness.standing().is_ready {
        servers.admission.close_to_all_but(HashSet::new()).await;
    }
    let (seen, reports) = mpsc::unbounded_channel();
    let is_given = |function: &str, variable: &str| arguments.deployment.gives(function, variable);
    let world =
        World::start(&deployment, servers.kinesis.client(), (&around, &is_given), arguments.watch, &seen).await?;
    pass_on(arriving.puts, seen.clone(), Seen::Put);
    let urls = urls(&arguments, &deployment, &world).await?;
    let model = Arc::new(Mutex::new(model(&arguments, &deployment, &urls)));
    let observer = observer(&arguments, &deployment, &world, &servers, (history, folder, &messages), &model, readiness);
    let (waiting, standing, environments) = (observer.waiting(), observer.standing(), observer.environments());
    tokio::spawn(open_when_ready(servers.admission.clone(), standing.clone()));
    let observer = tokio::spawn(observer.run(reports, arriving.spans));

    let (ask, asked) = mpsc::channel(COMMANDS);
    let page = Server::start(arguments.ports.page_port, Arc::clone(&model), ask.clone()).await?;
    let mut lines = introduction(&deployment, &around, &page.url(), |function| urls.url(function));
    let of_deployment = deployment.notes.iter().map(|note| (note.place.clone(), note.text.clone()));
    lines.extend(notes(&of_deployment.chain(world.notes.clone()).collect::<Vec<_>>()));
    lines.push("Ctrl-C ends it, with a verdict; `help` lists what can be done to it.".to_owned());
    lines.iter().for_each(|line| say!("{}", Printable(line)));

    let telemetry = Telemetry::exporting_to(&around.collector, "kinetrace local")?;
    let feed = input
        .as_ref()
        .map(|input| Feed::start(input, &world, &telemetry, waiting.clone(), (&seen, &messages), standing.clone()));
    let control = control(&deployment, &world, &servers, (environments, &model), feed.as_ref());
    let control = tokio::spawn(control.serve(asked));
    typed::listen(ask, messages.clone());

    let (admission, functions) = (servers.admission.clone(), names(&deployment));
    let mut running = Running {
        world,
        feed,
        observer,
        waiting,
        seen,
        telemetry,
        messages: messages.clone(),
        admission,
        standing,
        functions,
    };
    running.until_the_end(arguments.once, &mut interrupts).await?;
    // From here on, everything ends.
    control.abort();
    drop(urls);
    let observed = running.end(Duration::from_secs(arguments.grace), &mut interrupts).await?;
    messages.finish(WRITTEN_LIMIT).await;
    let outcome = tell(&arguments, &observed);
    // Viewers of the page have the verdict, too.
    page.finish(LAST_LOOK_LIMIT).await;
    forwarding::finish(forwarder.as_ref()).await;
    Ok(outcome)
}

async fn open_when_ready(admission: Admission, mut standing: watch::Receiver<Standing>) {
    if standing.wait_for(|standing| standing.is_ready).await.is_ok() {
        admission.open().await;
    }
}

/// The functions' names, which are their access keys.
fn names(deployment: &Deployment) -> HashSet<String> {
    deployment.functions.iter().map(|function| function.name.clone()).collect()
}

async fn urls(arguments: &Arguments, deployment: &Deployment, world: &World) -> Result<FunctionUrls, Failure> {
    let names = deployment.functions.iter().map(|function| function.name.clone());
    let functions = names.zip(world.functions.iter().cloned()).collect();
    let port = arguments.ports.url_port;
    Ok(FunctionUrls::start(port, functions).await.map_err(refused("the functions' URLs", "--url-port", port))?)
}

fn model(arguments: &Arguments, deployment: &Deployment, urls: &FunctionUrls) -> Model {
    let template = arguments.deployment.template_or_default();
    let title = template.map_or("kinetrace local".to_owned(), |path| path.display().to_string());
    let functions = scene::functions_about(deployment, |function| urls.url(function));
    Model::new(&title, arguments.keep, functions, scene::mappings_about(deployment))
}

fn observer(
    arguments: &Arguments,
    deployment: &Deployment,
    world: &World,
    servers: &Servers,
    (history, folder, messages): (Option<HistoryFile>, Option<OnFailureFolder>, &Messages),
    model: &Arc<Mutex<Model>>,
    readiness: Readiness,
) -> Observer {
    let functions = deployment.functions.iter().map(|function| function.name.as_str().into()).collect();
    let pending = world.mappings.iter().map(|it| (it.stream.clone(), it.mapping.pending())).collect();
    let backlog = Backlog::new(pending, Arc::clone(&servers.kinesis));
    let read: HashSet<_> = world.mappings.iter().map(|it| it.stream.clone()).collect();
    let ledger = Ledger::new(world.client.clone(), read, history, Arc::clone(model));
    let told = Told::new(arguments.quiet, messages.clone());
    let (witness, judge) = (Witness::new(scene::mapped(deployment)), Judge::default());
    let account = Account { functions, witness, backlog, ledger, told, on_failure: folder, judge };
    let rooms = world.functions.iter().filter_map(|function| function.configuration().room.clone()).collect();
    Observer::new(account, rooms, Arc::clone(&servers.collector), readiness)
}

fn control(
    deployment: &Deployment,
    world: &World,
    servers: &Servers,
    (environments, model): (Environments, &Arc<Mutex<Model>>),
    feed: Option<&Feed>,
) -> Control {
    let mut mappings = vec![None; deployment.mappings.len()];
    world.mappings.iter().for_each(|it| mappings[it.place] = Some(Arc::clone(&it.mapping)));
    Control {
        names: scene::names(deployment),
        client: world.client.clone(),
        throttle: servers.throttle.clone(),
        collector: Arc::clone(&servers.collector),
        model: Arc::clone(model),
        functions: world.functions.clone(),
        environments,
        mappings,
        input: feed.map(Feed::orders),
    }
}

fn tell(arguments: &Arguments, observed: &Observed) -> Outcome {
    let Observed { verdict, waiting, history, .. } = observed;
    say!("\n{verdict}\n");
    match (&arguments.history, history) {
        (_, Some(failure)) => say!("{}", Printable(failure)),
        (Some(path), None) => {
            say!("history: {0}; check it again with `kinetrace verify --history {0}`", path.display())
        }
        (None, None) => {}
    }
    let (outcome, sentence) = conclude(verdict, *waiting);
    say!("verdict: {sentence}");
    outcome
}
