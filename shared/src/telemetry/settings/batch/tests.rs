use super::super::variables::{Given, Variables};
use super::*;

fn read(variables: Given<'_>) -> (FlushPolicy, Batch, Vec<String>) {
    let variables: Variables = variables.iter().copied().collect();
    let mut reading = Reading::of(&variables);
    let policy = flush_policy(&mut reading);
    let batch = Batch::read(&mut reading, SPANS, policy, None);
    (policy, batch, reading.into_warnings())
}

#[test]
fn flushes_are_as_many_as_the_variables_say_and_nothing_else_exports_then_where_lambda_freezes() {
    let function = ("AWS_LAMBDA_FUNCTION_NAME", "flights-consumer");
    let (invocations, seconds) = (("KINETRACE_FLUSH_INVOCATIONS", " 20 "), ("KINETRACE_FLUSH_SECONDS", "30"));
    let (twenty, half_a_minute) = (NonZero::new(20), Some(Duration::from_secs(30)));
    let at_once = |number| ("AWS_LAMBDA_MAX_CONCURRENCY", number);
    let table: [(Given<'_>, FlushPolicy, Option<Duration>); 9] = [
        (&[function], FlushPolicy::default(), Some(SPANS.default_delay)),
        (&[function, ("KINETRACE_FLUSH_INVOCATIONS", " ")], FlushPolicy::default(), Some(SPANS.default_delay)),
        (&[function, invocations], FlushPolicy::new(twenty, None), None),
        (&[function, seconds], FlushPolicy::new(None, half_a_minute), None),
        (&[function, invocations, seconds], FlushPolicy::new(twenty, half_a_minute), None),
        (
            &[function, seconds, ("OTEL_BSP_SCHEDULE_DELAY", "1000")],
            FlushPolicy::new(None, half_a_minute),
            Some(Duration::from_secs(1)),
        ),
        (&[invocations], FlushPolicy::new(twenty, None), Some(SPANS.default_delay)),
        (&[function, invocations, at_once("1")], FlushPolicy::new(twenty, None), None),
        (&[function, invocations, at_once("2")], FlushPolicy::new(twenty, None), Some(SPANS.default_delay)),
    ];
    for (variables, policy, delay) in table {
        let (read_policy, batch, warnings) = read(variables);
        assert_eq!((read_policy, batch.delay, warnings), (policy, delay, Vec::new()), "{variables:?}");
    }
}

#[test]
fn a_batch_is_as_large_as_the_variables_say_and_as_there_is_room() {
    let queue = |size| (SPANS.queue, size);
    let batch = |size| (SPANS.batch, size);
    let table: [(Given<'_>, Option<usize>, usize, usize); 7] = [
        (&[], None, 512, 0),
        (&[batch(" 100 ")], None, 100, 0),
        (&[batch("5000")], None, 5000, 0),
        (&[queue("64")], Some(64), 64, 0),
        (&[queue("1000"), batch("2000")], Some(1000), 1000, 1),
        (&[queue("2147483647")], Some(2_147_483_647), 512, 0),
        (&[batch("18446744073709551615")], None, usize::MAX, 0),
    ];
    for (variables, queue_size, batch_size, told) in table {
        let (_, batch, warnings) = read(variables);
        assert_eq!((batch.queue_size, batch.batch_size), (queue_size, batch_size), "{variables:?}");
        assert_eq!(batch.batch_size_is_set, variables.iter().any(|(name, _)| *name == SPANS.batch), "{variables:?}");
        assert_eq!(warnings.len(), told, "{variables:?}: {warnings:?}");
    }
}

#[test]
fn a_malformed_number_is_reported_and_the_default_is_used() {
    for (name, values) in [
        (SPANS.queue, ["0", "-1", "many"]),
        (SPANS.batch, ["0", "1.5", "1k"]),
        ("OTEL_BSP_SCHEDULE_DELAY", ["5s", "0", "-1"]),
        ("KINETRACE_FLUSH_INVOCATIONS", ["0", "never", "1.5"]),
        ("KINETRACE_FLUSH_SECONDS", ["0", "1m", "1.5"]),
    ] {
        for value in values {
            let (policy, batch, warnings) = read(&[(name, value)]);
            let [line] = &warnings[..] else { panic!("{name}={value}: {warnings:?}") };
            assert!(line.starts_with(&format!("{name}={value:?} is not understood, so ")), "{line}");
            assert_eq!(policy, FlushPolicy::default());
            assert_eq!(
                (batch.queue_size, batch.batch_size, batch.delay),
                (None, DEFAULT_BATCH, Some(SPANS.default_delay))
            );
        }
    }
}

#[test]
fn log_records_have_variables_and_a_delay_of_their_own() {
    let variables = [("OTEL_BLRP_MAX_QUEUE_SIZE", "7"), ("OTEL_BSP_MAX_QUEUE_SIZE", "9")].into_iter().collect();
    let mut reading = Reading::of(&variables);
    let batch = Batch::read(&mut reading, LOG_RECORDS, FlushPolicy::default(), None);
    assert_eq!((batch.queue_size, batch.batch_size, batch.delay), (Some(7), 7, Some(Duration::from_secs(1))));
}
