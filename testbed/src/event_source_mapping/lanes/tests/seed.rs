//! That a run can be had once more.

use super::*;

/// What a seed has shown once, it shows again: other settings do not change its choices while they are left at their defaults.
#[test]
fn a_seed_makes_the_same_choices_whatever_is_added_to_the_settings() {
    let settings = Settings {
        batch_size: 3,
        parallelization_factor: 3,
        redelivery_percent: 20,
        bisect_batch_on_function_error: true,
        ..Settings::default()
    };
    let mut lanes = lanes_of(settings, "abcdeabcfgabhabcdefg");
    let (mut tried, mut in_flight) = (Vec::new(), Vec::new());
    loop {
        while let Some(batch) = lanes.take() {
            tried.push(numbers(&batch.records).join(" "));
            in_flight.push(batch);
        }
        if in_flight.is_empty() {
            break;
        }
        let batch = in_flight.remove(0);
        lanes.settle(batch, &if tried.len() % 4 == 0 { failure() } else { Outcome::Success });
    }
    assert_eq!(tried.join(", "), "1 6 11, 0 5 10, 8 9 19, 3 12 14, 2 7 15, 4 17 18, 0, 16, 4, 5 10, 17 18, 13, 17, 18");
}
