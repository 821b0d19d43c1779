use super::*;

fn losses(signal: Signal) -> (Losses, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&lines);
    (Losses::new(signal, Tell(Arc::new(move |line| told.lock().unwrap().push(line.to_owned())))), lines)
}

#[test]
fn each_cause_is_reported_first_and_then_at_growing_distances() {
    let (losses, lines) = losses(Signal::Spans);
    let mut told = Vec::new();
    for number in 1..=1000 {
        losses.lost(Cause::NoRoom, 1, || "a".to_owned());
        told.extend(lines.lock().unwrap().drain(..).map(|line| (number, line)));
    }
    assert_eq!(told.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 10, 100, 1000]);
    assert_eq!(told[3].1, "spans are being lost, 1000 so far: a");
    losses.lost(Cause::Timeout, 512, || "b".to_owned());
    losses.lost(Cause::Timeout, 512, || "b".to_owned());
    losses.lost(Cause::Timeout, 0, || "nothing".to_owned());
    assert_eq!(*lines.lock().unwrap(), ["spans are being lost, 512 so far: b"], "a cause of its own");
    assert_eq!(losses.total(), 2024);
}

#[test]
fn unreported_losses_are_reported_once_at_the_end() {
    let (losses, lines) = losses(Signal::Spans);
    losses.tell_rest();
    for _ in 0..3 {
        losses.lost(Cause::Timeout, 2, String::new);
    }
    lines.lock().unwrap().clear();
    losses.tell_rest();
    losses.tell_rest();
    assert_eq!(*lines.lock().unwrap(), ["6 spans were lost in all, for reasons that earlier lines name"]);
}

#[test]
fn that_exports_work_is_told_after_a_line_that_they_do_not() {
    let (losses, lines) = losses(Signal::Spans);
    losses.works();
    losses.lost(Cause::NoRoom, 1, String::new);
    losses.works();
    assert_eq!(lines.lock().unwrap().len(), 1, "a queue that is full says nothing of the collector");
    losses.lost(Cause::Timeout, 4, String::new);
    losses.works();
    losses.works();
    assert_eq!(lines.lock().unwrap()[2..], ["spans are being exported again, after 5 were lost"]);
    losses.lost(Cause::Timeout, 4, String::new);
    losses.works();
    assert_eq!(lines.lock().unwrap().len(), 3, "or a collector that comes and goes would fill the log");
}

#[test]
fn lost_metrics_are_reported_by_data_points_or_by_exports() {
    let (losses, lines) = losses(Signal::Metrics);
    losses.lost(Cause::Rejected, 3, || "a".to_owned());
    losses.lost(Cause::Timeout, 1, || "b".to_owned());
    losses.works();
    assert_eq!(
        *lines.lock().unwrap(),
        [
            "metrics are being lost, 3 data points so far: a",
            "metrics cannot be exported, 1 so far: b (if none are wanted, set OTEL_METRICS_EXPORTER=none)",
            "metrics are being exported again",
        ]
    );
}
