//! The providers as the trials and the simulation meet them: a file each, over one sandbox.
#![allow(dead_code)] // each test uses its part

pub(crate) mod ccpayment;
pub(crate) mod chainup_opay;
pub(crate) mod clock;
pub(crate) mod cpay;
pub(crate) mod faulty;
pub(crate) mod liar;
pub(crate) mod receiver;
pub(crate) mod world;
