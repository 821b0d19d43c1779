//! Words and what they mean.

use super::*;

fn names(streams: &[&str]) -> Names {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let mapping = |stream: &str, function: &str| (format!("{stream} ─▶ {function}"), function.to_owned());
    Names {
        streams: owned(streams),
        functions: owned(&["consumer", "copy"]),
        mappings: vec![mapping("flights", "consumer"), mapping("flights", "copy"), mapping("trains", "copy")],
    }
}

fn shard(stream: &str, number: u32) -> Shard {
    Shard { stream: stream.to_owned(), shard: format!("shardId-{number:012}") }
}

#[test]
fn a_command_is_read_with_what_it_names() {
    let (second, flights) = (Duration::from_secs(1), |number| shard("flights", number));
    let table = [
        ("kill consumer/3", Command::Kill { function: 0, environment: 3 }),
        ("  hang   copy/0 ", Command::Hang { function: 1, environment: 0 }),
        ("throttle flights/shardId-000000000001 2", Command::Throttle { shard: flights(1), time: 2 * second }),
        ("throttle 1 0.5", Command::Throttle { shard: flights(1), time: second / 2 }),
        ("split 12", Command::Split { shard: flights(12) }),
        ("split shardId-000000000000", Command::Split { shard: flights(0) }),
        ("merge 1 flights/2", Command::Merge { shard: flights(1), adjacent: flights(2) }),
        ("hang-collector 1", Command::HangCollector { time: second }),
        ("redeliver consumer/17", Command::Redeliver { mapping: 0, invocation: 17 }),
        ("redeliver 2/0", Command::Redeliver { mapping: 2, invocation: 0 }),
        ("pause", Command::Pause),
        ("resume", Command::Resume),
        ("help", Command::Help),
    ];
    for (text, command) in table {
        assert_eq!(Command::read(text, &names(&["flights"])), Ok(command), "{text}");
    }
    let several = Command::read("split trains/3", &names(&["flights", "trains"]));
    assert_eq!(several, Ok(Command::Split { shard: shard("trains", 3) }));
}

#[test]
fn what_is_not_understood_says_what_may_stand_there() {
    let table = [
        ("", "`help`"),
        ("explode", "there are: kill, hang"),
        ("kill", "`kill FUNCTION/ENVIRONMENT`"),
        ("split 1 2", "`split SHARD`"),
        ("kill consumer", "FUNCTION/NUMBER; the functions are: consumer, copy"),
        ("kill nobody/0", "no function `nobody`; the functions are: consumer, copy"),
        ("hang consumer/x", "`x` is not a number"),
        ("split 1", "several streams: write STREAM/1; the streams are: flights, trains"),
        ("split ships/1", "no stream `ships`; the streams are: flights, trains"),
        ("split flights/one", "`one` is not a shard"),
        ("merge flights/0 trains/1", "not neighbours"),
        ("throttle flights/0 soon", "`soon` is not a number of seconds"),
        ("throttle flights/0 -1", "`-1` is not a number of seconds"),
        ("hang-collector inf", "`inf` is not a number of seconds"),
        ("redeliver 17", "MAPPING/NUMBER"),
        ("redeliver copy/0", "0 (flights ─▶ consumer), 1 (flights ─▶ copy), 2 (trains ─▶ copy)"),
        ("redeliver 3/0", "no one mapping `3`"),
        ("redeliver 0/x", "`x` is not the number of an invocation"),
        ("pause now", "`pause"),
    ];
    for (text, part) in table {
        let error = Command::read(text, &names(&["flights", "trains"])).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
}
