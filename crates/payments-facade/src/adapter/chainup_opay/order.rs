//! An order, from the application or from a ticket. The same code sends both, so that the repeated request is identical.

use std::borrow::Cow;

use chainup_opay_client::{CreateOrder, Goods, Payer};
use payments_core::{InvalidRequest, MerchantRef, SensitiveString};

use super::{ChainupOpay, CustomerId};
use crate::adapter::required;
use crate::checkout::{CheckoutKind, CheckoutOrder};
use crate::gateway::Gateway;
use crate::money::Money;
use crate::ticket::{MoneyCall, Ticket};

/// The options of `createThirdOrder`.
pub(super) const OPTIONS: &[&str] = &[
    "customer",
    "success_url",
    "notify_url",
    "title",
    "items",
    "customer_other_id",
    "customer_token",
    "scene_type",
];

/// The names of a ticket's details.
const USER_ID: &str = "user_id";
const OPEN_ID: &str = "open_id";
const SUCCESS_URL: &str = "success_url";
const NOTIFY_URL: &str = "notify_url";
const SCENE_TYPE: &str = "scene_type";

/// The names of the details that hold the name and the description of a line of goods.
fn lines(line: usize) -> (String, String) {
    (format!("goods{line}"), format!("about{line}"))
}

/// Limits of the goods, so that a ticket's text is never too long.
const MAX_GOODS: usize = 16;
const MAX_GOODS_BYTES: usize = 768;

/// A checked order.
pub(super) struct Wanted<'a> {
    reference: &'a MerchantRef,
    money: &'a Money,
    customer_id: CustomerId,
    customer: &'a str,
    /// The payer's id of the other kind.
    other_id: Option<&'a str>,
    /// Not in the ticket, because it is a secret of the payer.
    token: Option<&'a SensitiveString>,
    payer: Payer,
    success_url: &'a str,
    notify_url: &'a str,
    scene_type: Option<u32>,
    /// Names and descriptions.
    goods: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Wanted<'a> {
    /// From the application's order.
    pub(super) fn by_order(
        gateway: &ChainupOpay,
        order: &'a CheckoutOrder,
    ) -> Result<Self, InvalidRequest> {
        match order.kind() {
            CheckoutKind::Hosted => {}
            CheckoutKind::Native | CheckoutKind::CardPage => {
                return Err(InvalidRequest::unsupported(order.kind().as_str()));
            }
        }
        let options = order.options();
        InvalidRequest::all([
            options.check(OPTIONS),
            // Nothing moves on a chain: the payer's account at the exchange is charged.
            match order.money().asset.network() {
                Some(_) => Err(InvalidRequest::unsupported("network")),
                None => Ok(()),
            },
            options.require(&["customer", "success_url", "notify_url"]),
        ])?;
        let customer = required("customer", &options.customer)?;
        let title = options
            .title
            .as_ref()
            .map(|title| (Cow::from(title), Cow::from("")));
        let items = options.items.iter().flatten().map(|item| {
            let (quantity, price) = (item.quantity, item.price);
            let about = format!("{quantity} x {price} {}", order.money().asset.symbol());
            (Cow::from(&item.name), Cow::from(about))
        });
        Self {
            reference: order.reference(),
            money: order.money(),
            customer_id: gateway.customer_id,
            customer,
            other_id: options.customer_other_id.as_deref(),
            token: options.customer_token.as_ref(),
            payer: gateway
                .customer_id
                .payers(customer, options.customer_other_id.as_deref())?,
            success_url: required("success_url", &options.success_url)?,
            notify_url: required("notify_url", &options.notify_url)?,
            scene_type: options.scene_type.or(gateway.scene_type),
            goods: title.into_iter().chain(items).collect(),
        }
        .checked()
    }

    /// From a ticket of this gateway.
    pub(super) fn by_ticket(
        gateway: &ChainupOpay,
        ticket: &'a Ticket,
    ) -> Result<Self, InvalidRequest> {
        // The order is going to be sent, so it must not be sent to another account.
        if ticket.gateway() != gateway.id() {
            return Err(InvalidRequest::request("ticket", "is for another gateway"));
        }
        // Calls that move money without a payer are never sent again.
        if ticket.call() != MoneyCall::Checkout {
            return Err(InvalidRequest::unsupported(ticket.call().as_str()));
        }
        let lacks = |what: &'static str| {
            move || InvalidRequest::request("ticket", format!("lacks its {what}"))
        };
        let (customer_id, customer, other_id) = match (ticket.get(USER_ID), ticket.get(OPEN_ID)) {
            (Some(id), other_id) => (CustomerId::UserId, id, other_id),
            (None, Some(id)) => (CustomerId::OpenId, id, None),
            (None, None) => return Err(lacks("customer")()),
        };
        let scene_type = ticket.get(SCENE_TYPE).map(str::parse).transpose();
        let goods = (1..=MAX_GOODS + 1).map_while(|line| {
            let (name, about) = lines(line);
            let about = ticket.get(&about).unwrap_or_default();
            Some((Cow::from(ticket.get(&name)?), Cow::from(about)))
        });
        Self {
            reference: ticket.reference(),
            money: ticket.money(),
            customer_id,
            customer,
            other_id,
            token: None,
            payer: customer_id.payers(customer, other_id)?,
            success_url: ticket.get(SUCCESS_URL).ok_or_else(lacks(SUCCESS_URL))?,
            notify_url: ticket.get(NOTIFY_URL).ok_or_else(lacks(NOTIFY_URL))?,
            scene_type: scene_type.map_err(|_| lacks("scene")())?,
            goods: goods.collect(),
        }
        .checked()
    }

    fn checked(self) -> Result<Self, InvalidRequest> {
        let bytes: usize = self
            .goods
            .iter()
            .map(|(name, about)| name.len() + about.len())
            .sum();
        if self.goods.len() > MAX_GOODS || bytes > MAX_GOODS_BYTES {
            return Err(InvalidRequest::request("items", "are too long").allowed(
                "with the title up to 16 lines and 768 bytes, because tickets contain them",
            ));
        }
        Ok(self)
    }

    /// Adds to the ticket what is needed to send this order again.
    pub(super) fn kept_in(&self, ticket: Ticket) -> Ticket {
        let (id, other) = match self.customer_id {
            CustomerId::UserId => (USER_ID, OPEN_ID),
            CustomerId::OpenId => (OPEN_ID, USER_ID),
        };
        let ticket = match self.other_id {
            Some(other_id) => ticket.detail(other, other_id),
            None => ticket,
        };
        let ticket = ticket
            .detail(id, self.customer)
            .detail(SUCCESS_URL, self.success_url)
            .detail(NOTIFY_URL, self.notify_url);
        let ticket = match self.scene_type {
            Some(scene_type) => ticket.detail(SCENE_TYPE, scene_type.to_string()),
            None => ticket,
        };
        (1..)
            .zip(&self.goods)
            .fold(ticket, |ticket, (line, (name, about))| {
                let names = lines(line);
                let ticket = ticket.detail(&names.0, name.as_ref());
                if about.is_empty() {
                    ticket
                } else {
                    ticket.detail(&names.1, about.as_ref())
                }
            })
    }

    pub(super) fn payer(&self) -> Payer {
        self.payer.clone()
    }

    /// The request.
    pub(super) fn request(&self) -> CreateOrder {
        let goods = self.goods.iter();
        let goods = goods.map(|(name, about)| Goods::new(name.as_ref(), about.as_ref()));
        let request = CreateOrder::new(
            self.reference.clone(),
            self.payer(),
            self.money.amount,
            self.money.asset.symbol(),
            self.success_url,
            self.notify_url,
        )
        .goods(goods);
        let request = match self.token {
            Some(token) => request.token(token.expose()),
            None => request,
        };
        match self.scene_type {
            Some(scene_type) => request.scene_type(scene_type),
            None => request,
        }
    }
}
