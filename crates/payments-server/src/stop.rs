//! The signals that end a program.

use std::io;

/// Waits for Ctrl-C or, on Unix, for SIGTERM, which service managers and containers send. Neither ends the process any more once this
/// was polled, so end it yourself: what is under way may be completed first.
///
/// # Errors
/// The operating system refuses to install the handler of a signal.
///
/// ```no_run
/// # async fn serve(_: tokio::sync::watch::Receiver<bool>) {}
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let (stop, stopped) = tokio::sync::watch::channel(false);
/// let server = tokio::spawn(serve(stopped));
/// payments_server::stop_signal().await?;
/// stop.send_replace(true);
/// server.await.ok();
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn stop_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
