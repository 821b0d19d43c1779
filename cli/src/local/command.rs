//! What can be asked for while it runs, in words. Pure.

use std::time::Duration;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// The process of an environment of the function at this place.
    Kill {
        function: usize,
        environment: u32,
    },
    /// The same, which then stands still.
    Hang {
        function: usize,
        environment: u32,
    },
    /// A shard refuses puts for so long.
    Throttle {
        shard: Shard,
        time: Duration,
    },
    Split {
        shard: Shard,
    },
    Merge {
        shard: Shard,
        adjacent: Shard,
    },
    /// The collector answers nobody for so long.
    HangCollector {
        time: Duration,
    },
    /// A batch of the mapping at this place comes once more.
    Redeliver {
        mapping: usize,
        invocation: u64,
    },
    /// The input.
    Pause,
    Resume,
    Help,
}

/// A shard of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shard {
    pub(super) stream: String,
    pub(super) shard: String,
}

/// What commands may name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) streams: Vec<String>,
    pub(super) functions: Vec<String>,
    /// `stream ─▶ function`, by place, with the function's name.
    pub(super) mappings: Vec<(String, String)>,
}

/// What there is to say.
pub(super) const HELP: &str = "\
kill FUNCTION/ENVIRONMENT      end its process, whatever it is doing
hang FUNCTION/ENVIRONMENT      make its process stand still, so that it runs into its time-out
throttle SHARD SECONDS         refuse what is put into a shard
split SHARD                    in the middle of its range
merge SHARD SHARD              two neighbours
hang-collector SECONDS         answer no exporter
redeliver MAPPING/INVOCATION   hand a recent batch to the function once more
pause, resume                  the input
help                           this
A SHARD is STREAM/shardId-000000000000, or the number in that; without STREAM/ where there is one stream. A MAPPING is its place
in the list at the start, or its function.";

impl Command {
    /// Reads a command; an error says what may stand in the place of what is wrong.
    pub(super) fn read(text: &str, names: &Names) -> Result<Self, String> {
        let words: Vec<_> = text.split_whitespace().collect();
        let Some((verb, arguments)) = words.split_first() else {
            return Err("say what to do: `help` lists it".to_owned());
        };
        match (*verb, arguments) {
            ("kill", [environment]) => {
                let (function, environment) = names.environment(environment)?;
                Ok(Self::Kill { function, environment })
            }
            ("hang", [environment]) => {
                let (function, environment) = names.environment(environment)?;
                Ok(Self::Hang { function, environment })
            }
            ("throttle", [shard, time]) => Ok(Self::Throttle { shard: names.shard(shard)?, time: seconds(time)? }),
            ("split", [shard]) => Ok(Self::Split { shard: names.shard(shard)? }),
            ("merge", [shard, adjacent]) => names.merge(shard, adjacent),
            ("hang-collector", [time]) => Ok(Self::HangCollector { time: seconds(time)? }),
            ("redeliver", [invocation]) => {
                let (mapping, invocation) = names.invocation(invocation)?;
                Ok(Self::Redeliver { mapping, invocation })
            }
            ("pause", []) => Ok(Self::Pause),
            ("resume", []) => Ok(Self::Resume),
            ("help", []) => Ok(Self::Help),
            (verb, _) => Err(usage(verb)),
        }
    }
}

/// The line of the help about a command, or all that there is.
fn usage(verb: &str) -> String {
    let line = HELP.lines().find(|line| line.split([' ', ',']).next() == Some(verb));
    match line.and_then(|line| line.split("   ").next()) {
        Some(usage) => format!("say it as `{}`", usage.trim_end()),
        None => format!(
            "`{verb}` is not a command; there are: kill, hang, throttle, split, merge, hang-collector, redeliver, pause, resume, help"
        ),
    }
}

impl Names {
    fn environment(&self, text: &str) -> Result<(usize, u32), String> {
        let wanted = "an environment is FUNCTION/NUMBER";
        let there = || format!("the functions are: {}", self.functions.join(", "));
        let (name, number) = text.rsplit_once('/').ok_or_else(|| format!("{wanted}; {}", there()))?;
        let function = self.functions.iter().position(|function| function == name);
        let function = function.ok_or_else(|| format!("there is no function `{name}`; {}", there()))?;
        let environment =
            number.parse().map_err(|_| format!("{wanted}, such as {name}/0; `{number}` is not a number"))?;
        Ok((function, environment))
    }

    fn shard(&self, text: &str) -> Result<Shard, String> {
        let there = || format!("the streams are: {}", self.streams.join(", "));
        let (stream, shard) = match (text.rsplit_once('/'), &self.streams[..]) {
            (Some((stream, shard)), streams) if streams.iter().any(|it| it == stream) => (stream.to_owned(), shard),
            (Some((stream, _)), _) => return Err(format!("there is no stream `{stream}`; {}", there())),
            (None, [stream]) => (stream.clone(), text),
            (None, _) => return Err(format!("`{text}` may be of several streams: write STREAM/{text}; {}", there())),
        };
        let number = shard.strip_prefix("shardId-").unwrap_or(shard);
        let is_number = (1..=12).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Err(format!("`{shard}` is not a shard: it is shardId- and 12 digits, or a number"));
        }
        Ok(Shard { stream, shard: format!("shardId-{number:0>12}") })
    }

    fn merge(&self, shard: &str, adjacent: &str) -> Result<Command, String> {
        let (shard, adjacent) = (self.shard(shard)?, self.shard(adjacent)?);
        if shard.stream != adjacent.stream {
            return Err(format!("shards of two streams, {} and {}, are not neighbours", shard.stream, adjacent.stream));
        }
        Ok(Command::Merge { shard, adjacent })
    }

    fn invocation(&self, text: &str) -> Result<(usize, u64), String> {
        let (name, number) = text.rsplit_once('/').ok_or("an invocation is MAPPING/NUMBER, such as 0/17")?;
        let by_function: Vec<_> =
            (0..).zip(&self.mappings).filter(|(_, (_, function))| function == name).map(|(place, _)| place).collect();
        let by_place = name.parse().ok().filter(|place| *place < self.mappings.len());
        let mapping = match (&by_function[..], by_place) {
            ([only], _) => *only,
            (_, Some(place)) => place,
            (_, None) => {
                let there =
                    (0..).zip(&self.mappings).map(|(place, (mapping, _)): (usize, _)| format!("{place} ({mapping})"));
                return Err(format!(
                    "there is no one mapping `{name}`; there are: {}",
                    there.collect::<Vec<_>>().join(", ")
                ));
            }
        };
        let invocation = number.parse().map_err(|_| format!("`{number}` is not the number of an invocation"))?;
        Ok((mapping, invocation))
    }
}

/// A time that ends within a day.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| format!("`{text}` is not a number of seconds up to 86400"))
}

#[cfg(test)]
mod tests;
