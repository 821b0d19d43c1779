//! Commands that are typed.

use std::io::{self, BufRead as _, IsTerminal as _};

use tokio::sync::{mpsc, oneshot};

use super::messages::Messages;
use crate::page::Asked;

/// Reads commands from standard input, and writes the answer to each.
///
/// A thread of its own, which nobody waits for: reading cannot be given up.
pub(super) fn listen(asked: mpsc::Sender<Asked>, messages: Messages) {
    if is_ours() {
        // Without it, commands still come from elsewhere.
        drop(std::thread::Builder::new().name("commands".to_owned()).spawn(move || read(&asked, &messages)));
    }
}

/// A job in the background that reads from the terminal is stopped.
fn is_ours() -> bool {
    let stdin = io::stdin();
    #[cfg(unix)]
    if stdin.is_terminal() {
        let foreground = rustix::termios::tcgetpgrp(&stdin);
        return foreground.is_ok_and(|group| group == rustix::process::getpgrp());
    }
    !stdin.is_terminal() || cfg!(not(unix))
}

fn read(asked: &mpsc::Sender<Asked>, messages: &Messages) {
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        if line.trim().is_empty() {
            continue;
        }
        let (answer, answered) = oneshot::channel();
        if asked.blocking_send(Asked { text: line, answer }).is_err() {
            return;
        }
        match answered.blocking_recv() {
            Ok(Ok(text)) => text.lines().for_each(|line| messages.say(line)),
            Ok(Err(error)) => messages.say(&error),
            Err(_) => return,
        }
    }
}
