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
    let failed = |error| Failure::failed("cannot wait for a signal to stop", error);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result.map_err(failed),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}
