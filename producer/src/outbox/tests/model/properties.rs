//! What must be true of every state, and what must be seen at least once, or the model would prove nothing.

use std::collections::BTreeSet;

use stateright::Property;

use super::super::stream::Item;
use super::world::{Fate, World};
use super::{HOUR, Setup};
use crate::outbox::FailurePolicy;
use crate::outbox::Parcel;

pub(super) const IN_ORDER: &str = "each key is in the stream in the order of production";

/// None is an `eventually`: stateright may miss one where two ways join. What must come in the end is a property of
/// the states in which nothing goes any more; no course is endless, for every step uses something up.
pub(super) fn of(setup: &Setup) -> Vec<Property<Setup>> {
    let mut properties = vec![
        Property::always(IN_ORDER, in_order),
        Property::always("of each key one parcel at most is on its way", one_at_a_time),
        Property::always("what is acknowledged is where its caller was told", acknowledged_is_there),
        Property::always("what came back without doubt is not in the stream", given_back_is_not_there),
        Property::always("no record is settled twice", settled_once),
        Property::always("when nothing goes any more, every record is settled", settled_at_rest),
        Property::sometimes("a record is in the stream twice", |_, world| twice(world)),
        Property::sometimes("a late copy comes after a newer record", |_, world| late_copy(world)),
        Property::sometimes("a child shard takes a key over", |_, world| taken_over(world)),
        Property::sometimes("what came back is in the stream", |_, world| in_doubt(world)),
    ];
    if setup.keys.len() > 1 {
        properties.push(Property::sometimes("two requests are on their way", |_, world| side_by_side(world)));
    }
    if setup.packable {
        properties.push(Property::sometimes("records are packed", |_, world| packed(world)));
    }
    if setup.batches.is_some() {
        let late = |_: &Setup, world: &World| !world.sent_too_late;
        properties.push(Property::always("nothing is sent after the time of its batch", late));
        properties
            .push(Property::sometimes("time is up for a batch, and nothing was tried", |_, world| untried(world)));
        properties.push(Property::sometimes("another batch passes what came back", other_batch_passed));
    }
    if setup.policy.failure_policy == FailurePolicy::Skip {
        properties.push(Property::sometimes("a record passes what came back", passed));
        return properties;
    }
    properties.push(Property::always("nothing passes what came back before its key went on", nothing_passes));
    properties.push(Property::sometimes("a record comes back, and those after it", |_, world| halted(world)));
    if setup.policy.failure_policy == FailurePolicy::HaltUntilReported {
        properties.push(Property::sometimes("a key goes on", went_on));
        if setup.resumes == 0 {
            let none = |_: &Setup, world: &World| !world.passed_untold;
            properties.push(Property::always("nothing is taken before its callers know what came back", none));
        }
    } else if setup.resumes > 0 {
        properties.push(Property::sometimes("a key goes on", went_on));
    } else {
        let none = |_: &Setup, world: &World| world.resumes() == 0;
        properties.push(Property::always("a key waits until it is resumed", none));
    }
    properties
}

/// A key that goes on does not wait for what it has given up, which may be committed late.
fn in_order(setup: &Setup, world: &World) -> bool {
    let stops = setup.policy.failure_policy == FailurePolicy::Halt && setup.resumes == 0 && setup.batches.is_none();
    let counts = |item| stops || !world.given_back().any(|(back, _)| back == item);
    setup.keys.iter().all(|key| world.stream.overtaken(*key, counts).is_none())
}

fn one_at_a_time(setup: &Setup, world: &World) -> bool {
    let keys: Vec<_> = world.in_flight().map(|parcel| parcel.first.key).collect();
    setup.keys_unknown || keys.len() == keys.iter().collect::<BTreeSet<_>>().len()
}

fn acknowledged_is_there(_: &Setup, world: &World) -> bool {
    world.settled.iter().all(|(item, fate)| match fate {
        Fate::Acknowledged { shard } => world.stream.is_in(*shard, *item),
        Fate::GivenBack { .. } => true,
    })
}

fn given_back_is_not_there(_: &Setup, world: &World) -> bool {
    world.given_back().all(|(item, doubtful)| doubtful || !world.stream.is_anywhere(item))
}

fn settled_once(_: &Setup, world: &World) -> bool {
    world.settled.windows(2).all(|pair| pair[0].0 != pair[1].0)
}

fn settled_at_rest(setup: &Setup, world: &World) -> bool {
    let goes_on = || !world.outbox.clone().next_request(setup.now(world) + HOUR / 2).is_empty();
    if !world.requests.is_empty() || goes_on() {
        return true;
    }
    let settled: Vec<_> = world.settled.iter().map(|(item, _)| *item).collect();
    settled.len() == world.produced.len() && world.produced.iter().all(|item| settled.contains(item))
}

fn nothing_passes(setup: &Setup, world: &World) -> bool {
    !passed(setup, world)
}

/// Those of one pack come back together, and are in the stream together.
fn passed(setup: &Setup, world: &World) -> bool {
    let came_with_it = |item| setup.packable && world.given_back().any(|(back, _)| back == item);
    let is_behind = |item: Item, back: Item| {
        let is_of_a_later_halt = world.taken_after(item) > world.taken_after(back);
        let is_of_another_batch = setup.batches.is_some() && Setup::batch_of(item) != Setup::batch_of(back);
        item.key == back.key && item > back && !is_of_a_later_halt && !is_of_another_batch
    };
    let behind = |back: Item| world.produced.iter().filter(move |item| is_behind(**item, back));
    let mut behind = world.given_back().flat_map(|(back, _)| behind(back));
    behind.any(|item| world.stream.is_anywhere(*item) && !came_with_it(*item))
}

/// What came back was taken, and is in no doubt.
fn untried(world: &World) -> bool {
    let is_up = |item| world.terms(item).is_some_and(|terms| world.outbox.batches.is_expired(terms));
    world.given_back().any(|(item, doubtful)| !doubtful && is_up(item) && world.taken_after(item).is_some())
}

fn other_batch_passed(_: &Setup, world: &World) -> bool {
    let passes = |item: Item, back: Item| item > back && Setup::batch_of(item) != Setup::batch_of(back);
    let mut back = world.given_back();
    back.any(|(back, _)| world.committed().iter().any(|(_, item)| passes(*item, back)))
}

/// After a halt, with something that arrives.
fn went_on(_: &Setup, world: &World) -> bool {
    world.committed().iter().any(|(_, item)| world.taken_after(*item) > Some(0))
}

fn twice(world: &World) -> bool {
    let times = |item: &Item| world.committed().iter().filter(|(_, committed)| committed == item).count();
    world.produced.iter().any(|item| times(item) > 1)
}

fn late_copy(world: &World) -> bool {
    world.committed().windows(2).any(|pair| pair[0].1.key == pair[1].1.key && pair[0].1 > pair[1].1)
}

fn taken_over(world: &World) -> bool {
    world.committed().windows(2).any(|pair| pair[0].1.key == pair[1].1.key && pair[0].0 != pair[1].0)
}

fn side_by_side(world: &World) -> bool {
    world.requests.len() > 1
}

fn in_doubt(world: &World) -> bool {
    world.given_back().any(|(item, _)| world.stream.is_anywhere(item))
}

fn packed(world: &World) -> bool {
    world.in_flight().any(|parcel: &Parcel<Item>| !parcel.others.is_empty())
}

fn halted(world: &World) -> bool {
    world.given_back().count() > 1
}
