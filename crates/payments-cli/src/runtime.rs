//! The async runtime of the commands that talk HTTP, and the signals that stop them.

use crate::failure::Failure;

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start the async runtime", error))
}

/// Returns on Ctrl-C, or on the signal that service managers and test scripts send.
pub(crate) async fn stop_signal() -> Result<(), Failure> {
    let waited = payments_server::stop_signal().await;
    waited.map_err(|error| Failure::failed("cannot wait for a signal to stop", error))
}
