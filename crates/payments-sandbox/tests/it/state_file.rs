//! The state in a file: what survives a restart, and files that are refused.

mod refusals;
mod restart;

use std::path::Path;

use payments_sandbox::{Clock, Sandbox, SandboxBuilder};

/// A sandbox whose clock stands still and whose state is in this file.
fn builder(file: &Path, start_s: u64) -> SandboxBuilder {
    Sandbox::builder()
        .clock(Clock::manual(start_s * 1_000))
        .seed(7)
        .state_file(file)
        .cpay_kyc_required(false)
        .ccpayment_requests_per_second(u32::MAX)
}

/// Stops a sandbox and starts another one with its file at its address.
async fn restarted(sandbox: Sandbox, file: &Path, start_s: u64) -> Sandbox {
    let address = sandbox.local_addr();
    sandbox.shutdown().await;
    let again = builder(file, start_s).listen(address);
    again.start().await.unwrap()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}
