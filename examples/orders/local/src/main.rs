//! Starts everything, orders something, prints the traces, and waits for Ctrl-C unless with `--once`.

use orders_local::{Failure, Ports, Trace, World};
use tokio::signal::unix::{SignalKind, signal};

/// Of one order.
const SPANS: usize = 11;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let once = std::env::args().any(|argument| argument == "--once");
    let world = World::start(Ports::Known, &[]).await?;
    println!("page    {}\norders  {}/orders\n", world.page(), world.api_url());
    let is_whole = |trace: &Trace| trace.0.len() == SPANS;
    for (id, customer, item, quantity) in
        [("o-1", "ada", "cup", 2), ("o-2", "ada", "saucer", 2), ("o-3", "bob", "teapot", 1)]
    {
        let trace = world.order(id, customer, item, quantity).await?;
        println!("{customer} orders {quantity} {item}: trace {trace}\n{}", world.page().trace(&trace, is_whole).await?);
    }
    if !once {
        println!("The page stays until Ctrl-C. Order more:");
        println!("  curl -H 'content-type: application/json' {}/orders \\", world.api_url());
        println!("    -d '{{\"id\":\"o-4\",\"customer\":\"ada\",\"item\":\"cup\",\"quantity\":1}}'\n");
        asked_to_stop().await?;
    }
    let (verdict, is_good) = world.stop().await?;
    print!("{verdict}");
    if is_good { Ok(()) } else { Err("that is not what should have happened".into()) }
}

/// By Ctrl-C, by `kill`, or because the terminal is closed.
async fn asked_to_stop() -> Result<(), Failure> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}
