//! An `Arc` of a gateway is a gateway.

use std::any::Any;
use std::sync::Arc;

use crate::address::Addresses;
use crate::balance::Balances;
use crate::checkout::Checkout;
use crate::exchange::Exchange;
use crate::facts::Facts;
use crate::gateway::{Gateway, GatewayId};
use crate::payout::Payouts;
use crate::rate::Rates;
use crate::recovery::Recovery;
use crate::statement::Statements;
use crate::webhook::Webhooks;

/// Code that takes a gateway also takes one from a registry.
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway + ?Sized> Gateway for Arc<G> {
    fn id(&self) -> &GatewayId {
        (**self).id()
    }

    fn facts(&self) -> &Facts {
        (**self).facts()
    }

    fn webhooks(&self) -> &dyn Webhooks {
        (**self).webhooks()
    }

    fn recovery(&self) -> &dyn Recovery {
        (**self).recovery()
    }

    fn checkout(&self) -> Option<&dyn Checkout> {
        (**self).checkout()
    }

    fn payouts(&self) -> Option<&dyn Payouts> {
        (**self).payouts()
    }

    fn addresses(&self) -> Option<&dyn Addresses> {
        (**self).addresses()
    }

    fn rates(&self) -> Option<&dyn Rates> {
        (**self).rates()
    }

    fn exchange(&self) -> Option<&dyn Exchange> {
        (**self).exchange()
    }

    fn balances(&self) -> Option<&dyn Balances> {
        (**self).balances()
    }

    fn statements(&self) -> Option<&dyn Statements> {
        (**self).statements()
    }

    fn client_any(&self) -> Option<&dyn Any> {
        (**self).client_any()
    }
}
