//! For tests of applications and gateways over `payments-facade`: a gateway in memory, and a conformance suite.
//!
//! - [`FakeGateway`] replaces a provider in an application's own tests.
//! - [`conformance`] tests whether a gateway keeps the promises of `payments-facade`.
//!
//! Use it as a dev-dependency.

pub mod conformance;
mod fake;

pub use fake::{
    FakeBuilder, FakeError, FakeFault, FakeGateway, FakeGroup, FakeOrder, FakeRequest, FakeWebhook,
};
