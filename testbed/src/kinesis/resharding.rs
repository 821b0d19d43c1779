//! Splits and merges of shards in the middle of a run, of the embedded Kinesis or of any other.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::BoxError;
use kinetrace::HashKey;
use kinetrace::history::Shard;

use super::stream::{StreamError, refused, shards, wait_until_active};

/// How many steps [`reshard`] has: splits, then merges across the former borders, then splits again.
pub const STEPS: usize = 3;

/// How many shards a step splits, or pairs it merges, at most. A real stream takes half a minute for each.
const BREADTH: usize = 2;

/// A change of a stream's open shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// A shard becomes two.
    Split {
        /// The shard.
        shard: String,
        /// Where the second one begins.
        at: HashKey,
    },
    /// Two neighbours become one.
    Merge {
        /// The lower one.
        shard: String,
        /// The upper one.
        adjacent: String,
    },
}

/// Takes a step, from 0, and returns what was done. Each operation begins when the stream is ACTIVE, and the last one has
/// ended.
pub async fn reshard(client: &Client, stream: &str, step: usize) -> Result<Vec<Operation>, StreamError> {
    let operations = plan(&shards(client, stream).await?, step);
    for operation in &operations {
        wait_until_active(client, stream).await?;
        perform(client, stream, operation).await.map_err(refused("reshard", stream))?;
    }
    wait_until_active(client, stream).await?;
    Ok(operations)
}

/// Splits an open shard in the middle, and returns once it has ended what it had and its two children take puts.
///
/// # Errors
///
/// There is no open shard of this name; it is too narrow; Kinesis refuses, as it does where an account has too many shards.
pub async fn split(client: &Client, stream: &str, shard: &str) -> Result<Operation, StreamError> {
    let shards = shards(client, stream).await?;
    let shard = find(&shards, stream, shard)?;
    let operation = halves(shard)
        .ok_or_else(|| StreamError::TooNarrow { stream: stream.to_owned(), shard: shard.shard.clone() })?;
    alone(client, stream, operation).await
}

/// Merges two open shards that are neighbours, in either order, and returns once their child takes puts.
///
/// # Errors
///
/// One of them is not an open shard, or others lie between them; Kinesis refuses.
pub async fn merge(client: &Client, stream: &str, shard: &str, adjacent: &str) -> Result<Operation, StreamError> {
    let shards = shards(client, stream).await?;
    let mut pair = [find(&shards, stream, shard)?, find(&shards, stream, adjacent)?];
    pair.sort_by_key(|shard| shard.first_hash_key);
    let [lower, upper] = pair;
    let [end, begin] = [lower.last_hash_key, upper.first_hash_key].map(u128::from);
    if end.checked_add(1) != Some(begin) {
        let [shard, adjacent] = pair.map(|shard| shard.shard.clone());
        return Err(StreamError::NotAdjacent { stream: stream.to_owned(), shard, adjacent });
    }
    let operation = Operation::Merge { shard: lower.shard.clone(), adjacent: upper.shard.clone() };
    alone(client, stream, operation).await
}

/// Kinesis takes one operation of a stream at a time.
async fn alone(client: &Client, stream: &str, operation: Operation) -> Result<Operation, StreamError> {
    wait_until_active(client, stream).await?;
    perform(client, stream, &operation).await.map_err(refused("reshard", stream))?;
    wait_until_active(client, stream).await?;
    Ok(operation)
}

fn find<'a>(shards: &'a [Shard], stream: &str, shard: &str) -> Result<&'a Shard, StreamError> {
    let open = open(shards);
    open.iter().find(|it| it.shard == shard).copied().ok_or_else(|| StreamError::NotOpen {
        stream: stream.to_owned(),
        shard: shard.to_owned(),
        open: open.iter().map(|shard| shard.shard.as_str()).collect::<Vec<_>>().join(", "),
    })
}

async fn perform(client: &Client, stream: &str, operation: &Operation) -> Result<(), BoxError> {
    match operation {
        Operation::Split { shard, at } => {
            let split = client.split_shard().stream_name(stream).shard_to_split(shard);
            split.new_starting_hash_key(at.to_string()).send().await?;
        }
        Operation::Merge { shard, adjacent } => {
            let merge = client.merge_shards().stream_name(stream).shard_to_merge(shard);
            merge.adjacent_shard_to_merge(adjacent).send().await?;
        }
    }
    Ok(())
}

fn plan(shards: &[Shard], step: usize) -> Vec<Operation> {
    let open = open(shards);
    if step.is_multiple_of(2) { splits(open) } else { merges(&open) }
}

/// Those that no other came from, by their place.
fn open(shards: &[Shard]) -> Vec<&Shard> {
    let is_parent = |shard: &Shard| shards.iter().any(|other| other.parents.contains(&shard.shard));
    let mut open: Vec<_> = shards.iter().filter(|shard| !is_parent(shard)).collect();
    open.sort_by_key(|shard| shard.first_hash_key);
    open
}

/// The widest ones, in the middle.
fn splits(mut open: Vec<&Shard>) -> Vec<Operation> {
    open.sort_by_key(|shard| std::cmp::Reverse(width(shard)));
    open.into_iter().filter_map(halves).take(BREADTH).collect()
}

/// In the middle. Kinesis wants at least two keys on either side.
fn halves(shard: &Shard) -> Option<Operation> {
    let first = u128::from(shard.first_hash_key);
    let split = || Operation::Split { shard: shard.shard.clone(), at: (first + width(shard) / 2 + 1).into() };
    (width(shard) > 3).then(split)
}

fn width(shard: &Shard) -> u128 {
    u128::from(shard.last_hash_key) - u128::from(shard.first_hash_key)
}

/// Neighbours; not the first with the second if there are others, since these may be the halves of one and the same.
fn merges(open: &[&Shard]) -> Vec<Operation> {
    let across = usize::from(open.len() > 2);
    let pairs = open.get(across..).unwrap_or_default().chunks_exact(2).take(BREADTH);
    let merge = |pair: &[&Shard]| match pair {
        [shard, adjacent] => Some(Operation::Merge { shard: shard.shard.clone(), adjacent: adjacent.shard.clone() }),
        _ => None,
    };
    pairs.filter_map(merge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(name: &str, first: u128, last: u128, parents: &[&str]) -> Shard {
        let mut shard = Shard::new("s", name, first, last);
        shard.parents = parents.iter().map(|&parent| parent.into()).collect();
        shard
    }

    fn split(shard: &str, at: u128) -> Operation {
        Operation::Split { shard: shard.into(), at: at.into() }
    }

    fn merge(shard: &str, adjacent: &str) -> Operation {
        Operation::Merge { shard: shard.into(), adjacent: adjacent.into() }
    }

    #[test]
    fn open_shards_are_split_in_the_middle_and_merged_across_former_borders() {
        let two = vec![shard("0", 0, 99, &[]), shard("1", 100, 199, &[])];
        assert_eq!(plan(&two, 0), [split("0", 50), split("1", 150)]);
        let mut four = two.clone();
        for (name, first, last, parent) in
            [("2", 0, 49, "0"), ("3", 50, 99, "0"), ("4", 100, 149, "1"), ("5", 150, 199, "1")]
        {
            four.push(shard(name, first, last, &[parent]));
        }
        assert_eq!(plan(&four, 1), [merge("3", "4")]);
        let mut three = four.clone();
        three.push(shard("6", 50, 149, &["3", "4"]));
        assert_eq!(plan(&three, 2), [split("6", 100), split("2", 25)]);
    }

    #[test]
    fn a_stream_of_one_shard_goes_through_all_steps() {
        let one = vec![shard("0", 0, u128::MAX, &[])];
        let middle = u128::MAX / 2 + 1;
        assert_eq!(plan(&one, 0), [split("0", middle)]);
        let two = [one, vec![shard("1", 0, middle - 1, &["0"]), shard("2", middle, u128::MAX, &["0"])]].concat();
        assert_eq!(plan(&two, 1), [merge("1", "2")]);
    }
}
