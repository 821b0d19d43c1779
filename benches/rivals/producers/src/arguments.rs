//! What is asked for.

use crate::failure::Failure;
use crate::producer::Producer;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) rounds: usize,
    pub(crate) only: Vec<Producer>,
    /// A few records, to see that everything works.
    pub(crate) smoke: bool,
}

impl Arguments {
    pub(crate) fn parse(words: &[&str]) -> Result<Self, Failure> {
        let mut arguments = Self { rounds: 3, only: Producer::ALL.into(), smoke: false };
        let mut words = words.iter();
        while let Some(&word) = words.next() {
            let mut value = || words.next().copied().ok_or_else(|| format!("{word} needs a value"));
            match word {
                "--rounds" => arguments.rounds = value()?.parse().map_err(|error| format!("--rounds: {error}"))?,
                "--only" => arguments.only = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
                "--smoke" => (arguments.smoke, arguments.rounds) = (true, 1),
                _ => {
                    return Err(format!("{word} is not understood: say --rounds N, --only NAME,NAME or --smoke").into());
                }
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_not_understood_are_refused_with_what_is() {
        let table = [
            (&["--only", "kpl,nobody"][..], "no producer is called \"nobody\""),
            (&["--rounds"], "--rounds needs a value"),
            (&["--rounds", "x"], "--rounds: invalid digit"),
            (&["all"], "say --rounds N, --only NAME,NAME or --smoke"),
        ];
        for (words, expected) in table {
            let error = Arguments::parse(words).unwrap_err().to_string();
            assert!(error.contains(expected), "{words:?}: {error}");
        }
    }

    #[test]
    fn several_producers_are_named_in_one_word() {
        let arguments = Arguments::parse(&["--only", "boto3,ordered", "--rounds", "5"]).unwrap();
        let only = vec![Producer::Boto3, Producer::Ordered { aggregated: false, traced: false }];
        assert_eq!(arguments, Arguments { rounds: 5, only, smoke: false });
    }
}
