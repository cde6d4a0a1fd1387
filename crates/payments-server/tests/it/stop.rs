//! Signals of the operating system.
#![cfg(unix)]

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::process::Command;
use std::task::Poll;

use payments_server::stop_signal;

/// The signal goes to this process, which lives on because the handler is installed by then.
async fn ends_at(signal: &str) {
    let mut stop = pin!(stop_signal());
    let is_waiting = poll_fn(|task| Poll::Ready(stop.as_mut().poll(task).is_pending()));
    assert!(is_waiting.await);
    let mut kill = Command::new("kill");
    kill.args([signal, &std::process::id().to_string()]);
    assert!(kill.status().unwrap().success());
    stop.await.unwrap();
}

#[tokio::test]
async fn the_signals_of_terminals_and_service_managers_stop_a_program() {
    ends_at("-TERM").await;
    ends_at("-INT").await;
}
