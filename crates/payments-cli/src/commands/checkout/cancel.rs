//! `payments checkout cancel`.

use super::show::{CancelOptions, print};
use crate::access::{Access, group};
use crate::failure::{Failure, runtime};

const ADVICE: &str = "\
It may be called off, and it may not. Ask how it stands before anything else: payments checkout show";

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
    let cancelled = runtime()?.block_on(cancellation.cancel(&by));
    let cancelled = cancelled.map_err(|error| Failure::of_call(&error, ADVICE))?;
    print(&cancelled, session.json)
}
