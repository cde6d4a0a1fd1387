//! The router: which gateway, why, and never two payouts.

mod checks;
mod choice;
mod failover;
mod journal;
mod limits;
#[cfg(all(feature = "ccpayment", feature = "reqwest"))]
mod queries;
mod random_faults;
mod references;
mod release;
mod support;
