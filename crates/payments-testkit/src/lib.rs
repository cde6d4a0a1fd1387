#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod conformance;
mod fake;

pub use fake::{
    FakeBuilder, FakeError, FakeFault, FakeGateway, FakeGroup, FakeOrder, FakeRequest, FakeWebhook,
};
