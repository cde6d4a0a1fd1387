//! `payments checkout cancel`.

use payments_facade::Lookup;

use super::show::{CancelOptions, print};
use crate::access::{Access, group};
use crate::failure::{Failure, runtime};
use crate::output::printable;

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
    let cancelled = cancelled.map_err(|error| Failure::of_call(&error, advice(&by)))?;
    print(&cancelled, session.json)
}

/// By what it was called off, it is asked for: not every provider can be asked by the reference.
fn advice(by: &Lookup) -> String {
    let by = match by {
        Lookup::Provider(id) => format!("--provider-id {}", printable(id.as_str())),
        Lookup::Transaction(hash) => format!("--transaction {}", printable(hash)),
        Lookup::Reference(reference) => printable(reference.as_str()).into_owned(),
        _ => String::new(),
    };
    format!(
        "Whether it is called off, this tells; ask before anything else:\n  payments checkout show {by}"
    )
}
