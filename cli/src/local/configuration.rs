//! From the plan of a function to what the testbed runs.

use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::Room;

use super::deployment::FunctionPlan;
use super::variables::{Pairs, Surroundings, variables};

/// Of a function without a limit of its own: what AWS gives an account
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const CONCURRENCY: u16 = 1_000;

/// So many bytes of a function's lines wait until they are dealt with.
const ROOM: usize = 8 << 20;

/// And what is different from the plan, by variable. What a flag gives stays as it is.
pub(super) fn configuration(
    plan: &FunctionPlan,
    around: &Surroundings,
    is_given: &dyn Fn(&str) -> bool,
) -> (Configuration, Pairs) {
    let mut configuration = Configuration::new(&*plan.name, &*plan.program.command);
    configuration.args = plan.program.args.clone();
    let (env, changed) = variables(&plan.name, &plan.env, around, is_given);
    configuration.env = env;
    configuration.directory = plan.program.directory.clone();
    configuration.handler = plan.program.handler.clone();
    configuration.watched = plan.program.watched.clone();
    configuration.room = Some(Room::new(ROOM));
    configuration.memory_mb = plan.memory_mb;
    configuration.timeout = plan.timeout;
    configuration.max_concurrency = plan.reserved_concurrency.unwrap_or(CONCURRENCY);
    (configuration, changed)
}
