//! `payments checkout cancel`.

use super::show::{CancelOptions, print};
use crate::access::{Access, group};
use crate::failure::{Failure, runtime};

pub(crate) fn run(access: &Access, options: &CancelOptions) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let checkout = group(gateway, gateway.checkout(), "checkout")?;
    let cancellation = checkout
        .cancellation()
        .ok_or_else(|| Failure::bad(format!("{} cannot call orders off", gateway.id())))?;
    let by = options
        .by
        .lookup(gateway, |kind| cancellation.cancels_by(kind))?;
    let cancelled = runtime()?.block_on(cancellation.cancel(&by))?;
    print(&cancelled, session.json)
}
