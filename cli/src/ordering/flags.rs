//! Which flags belong to which transport, and what they name.

use clap::ValueEnum;

use super::arguments::Arguments;
use crate::transport::Transport;

/// Refuses flags that would have no effect.
pub(super) fn check(arguments: &Arguments) -> Result<(), String> {
    arguments.transport.refuse_foreign(&flags_of_one(arguments))?;
    arguments.transport.is_built_in("ordering")
}

/// What a list names, or all that is compared unless it is said otherwise.
pub(super) fn named<T: ValueEnum>(
    transport: Transport,
    flag: &str,
    given: &[String],
    otherwise: &[T],
) -> Result<Vec<T>, String> {
    if given.is_empty() {
        return Ok(otherwise.to_vec());
    }
    let find = |name: &String| {
        T::from_str(name, false).map_err(|_| {
            let known = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let known: Vec<_> = known.map(|value| value.get_name().to_owned()).collect();
            format!("{flag} {name}: with --transport {} it is one of {}", transport.name(), known.join(", "))
        })
    };
    given.iter().map(find).collect()
}

/// The flags of one transport only.
fn flags_of_one(arguments: &Arguments) -> [(&'static str, bool, Transport); 6] {
    use Transport::{Kafka, Kinesis};
    [
        ("--parallelization-factor", !arguments.parallelization_factor.is_empty(), Kinesis),
        ("--reshard", arguments.reshard, Kinesis),
        ("--ahead", arguments.ahead.is_some(), Kinesis),
        ("--endpoint-url", arguments.endpoint_url.is_some(), Kinesis),
        ("--grow", arguments.grow.is_some(), Kafka),
        ("--bootstrap-servers", arguments.bootstrap_servers.is_some(), Kafka),
    ]
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::carrier::CarrierName;
    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn refused(flags: &str) -> Option<String> {
        let arguments = Program::parse_from(["ordering"].into_iter().chain(flags.split_whitespace())).arguments;
        arguments.transport.refuse_foreign(&flags_of_one(&arguments)).err()
    }

    #[test]
    fn a_flag_of_the_other_transport_is_refused_by_name() {
        let table = [
            ("", None),
            ("--reshard --parallelization-factor 10 --batch-size 5 --ahead 9 --bootstrap x", None),
            ("--transport kafka --faults heavy --grow --seed 3 --limit 9 --no-work --batch-size 9", None),
            ("--transport kafka --bootstrap x", None),
            ("--transport kafka --reshard", Some("--reshard is for --transport kinesis: leave it out with kafka")),
            ("--transport kafka --parallelization-factor 1", Some("--parallelization-factor is for")),
            ("--transport kafka --ahead 8192", Some("--ahead is for")),
            ("--transport kafka --endpoint-url http://x", Some("--endpoint-url is for")),
            ("--grow", Some("--grow is for --transport kafka: leave it out with kinesis")),
            ("--bootstrap-servers x:1", Some("--bootstrap-servers is for")),
        ];
        for (flags, refused) in table {
            let error = self::refused(flags);
            assert_eq!(error.is_some(), refused.is_some(), "{flags}: {error:?}");
            assert!(error.unwrap_or_default().starts_with(refused.unwrap_or_default()), "{flags}");
        }
    }

    #[test]
    fn a_name_that_the_transport_has_not_is_refused_with_those_that_it_has() {
        let of_kinesis = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
            named(Transport::Kinesis, "--carrier", &names, &[CarrierName::None])
        };
        assert_eq!(of_kinesis(&[]), Ok(vec![CarrierName::None]));
        assert_eq!(of_kinesis(&["member", "envelope"]), Ok(vec![CarrierName::Member, CarrierName::Envelope]));
        let refused = of_kinesis(&["member", "headers"]).unwrap_err();
        let begin = "--carrier headers: with --transport kinesis it is one of none, envelope, member, ";
        assert!(refused.starts_with(begin), "{refused}");
    }
}
