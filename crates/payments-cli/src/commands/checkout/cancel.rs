//! `payments checkout cancel`.

use payments_facade::Lookup;

use super::show::{CancelOptions, print};
use crate::access::{Access, group};
use crate::failure::Failure;
use crate::output::printable;
use crate::runtime::runtime;

pub(crate) fn run(access: &Access, options: &CancelOptions) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let checkout = group(gateway, gateway.checkout(), "checkout")?;
    let cancellation = checkout.cancellation().ok_or_else(|| {
        Failure::bad(format!(
            "{} does not support cancelling orders",
            gateway.id()
        ))
    })?;
    let by = options
        .by
        .lookup(gateway, |kind| cancellation.cancels_by(kind))?;
    let cancelled = runtime()?.block_on(cancellation.cancel(&by));
    let cancelled = cancelled.map_err(|error| Failure::of_call(&error, advice(&by)))?;
    Ok(print(&cancelled, session.json)?)
}

/// The command that shows the order, with the same lookup: not every provider can look up by the reference.
fn advice(by: &Lookup) -> String {
    let by = match by {
        Lookup::Provider(id) => format!("--provider-id {}", printable(id.as_str())),
        Lookup::Transaction(hash) => format!("--transaction {}", printable(hash)),
        Lookup::Reference(reference) => printable(reference.as_str()).into_owned(),
        _ => String::new(),
    };
    format!(
        "The order may or may not be cancelled. Before anything else, run:\n  payments checkout show {by}"
    )
}
