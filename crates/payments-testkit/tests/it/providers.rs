//! One file per provider over a shared fixture: a sandbox, a gateway, and a transport that injects faults between them.

pub(crate) mod ccpayment;
pub(crate) mod ccpayment_v2;
pub(crate) mod chainup_opay;
pub(crate) mod clock;
pub(crate) mod cpay;
pub(crate) mod dishonest_gateway;
mod env;
pub(crate) mod faulty_transport;
pub(crate) mod fixture;
mod receiver;
