//! A gateway in memory. Each trait of the facade that it implements has a file of that name.

mod address;
mod balance;
mod builder;
mod checkout;
mod controls;
mod exchange;
mod fault;
mod features;
mod gateway;
mod ledger;
mod message;
mod order;
mod payout;
mod rate;
mod recovery;
mod request;
mod state;
mod statement;
mod webhook;

pub use builder::FakeBuilder;
pub use controls::FakeError;
pub use fault::FakeFault;
pub use features::FakeGroup;
pub use gateway::FakeGateway;
pub use message::FakeWebhook;
pub use order::FakeOrder;
pub use request::FakeRequest;
