//! Calls that this crate has no type for, and known calls with further fields.

use std::collections::BTreeMap;

use bytes::Bytes;
use payments_core::redact;
use payments_core::wire::{self, Json, Optional};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, KnownCall, RawCall, RawResponse, SensitiveString,
    Timestamp,
};

use crate::protocol::{Account, Call};

/// All calls that the provider documents, with the chapters of its specification.
///
/// Newer documents of the provider have other names for the two calls that create orders.
///
/// `getWalletAddress` creates addresses for a new customer and is sent as GET: a repeat returns the same addresses.
pub const CALLS: &[KnownCall] = &[
    KnownCall::new("getWalletAddress", Effect::Keyed, "3, Get WalletAddress")
        .in_the_form_of_a_read(),
    KnownCall::new("withdraw", Effect::Unkeyed, "4, Payout"),
    KnownCall::new(
        "createFiatPayoutOrder",
        Effect::Unkeyed,
        "5, Fiat Currency Payout",
    )
    // The request URL of the chapter has the folder twice.
    .also_named(&["openapi/v1/createFiatPayoutOrder"]),
    KnownCall::new(
        "getMerchantBalance",
        Effect::Read,
        "6, Query Merchant Balance",
    ),
    KnownCall::new("getExchangeRate", Effect::Read, "7, Query ExchangeRate"),
    KnownCall::new(
        "getExchangeRateForCreditCard",
        Effect::Read,
        "8, Query ExchangeRate For Credit Card",
    ),
    KnownCall::new("getOrderDetail", Effect::Read, "9, Query Order Detail"),
    KnownCall::new("exchange", Effect::Unkeyed, "10, Exchange"),
    KnownCall::new("submitKYC", Effect::Unkeyed, "11, Submit KYC information"),
    KnownCall::new(
        "pwpp",
        Effect::Unkeyed,
        "12, Payment without Payment Page for Credit card",
    ),
    KnownCall::new("createOrder", Effect::Unkeyed, "13, Create Order")
        .also_named(&["createCryptoOrder"]),
    KnownCall::new(
        "createOrderByCreditCard",
        Effect::Unkeyed,
        "14, Create Order By Credit Card",
    )
    .also_named(&["createCreditCardOrder"]),
];

/// The documented call of this name, in whatever case.
#[must_use]
pub fn known_call(name: &str) -> Option<&'static KnownCall> {
    KnownCall::find(CALLS, name)
}

/// Reads are sent as GET, writes as POST. The body of a write is wiped when dropped: its fields may contain anything.
impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn encode(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        self.refuse_read_of_write(known_call(self.name()))?;
        let values = flat(self.fields()?)?;
        let mut fields: Vec<_> = values
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose()))
            .chain([("merchantId", account.merchant_id())])
            .collect();
        if WRITE {
            account.post_wiped(self.name(), &mut fields)
        } else {
            account.get(self.name(), &mut fields)
        }
    }

    fn decode(&self, answer: Answer<'_>) -> Result<RawResponse, Fault> {
        Ok(answer.into_raw_response())
    }

    /// Numbers are masked too: the gateway may write the number of a card in groups.
    fn redact(&self, message: String) -> String {
        redact::without_numbers(&self.mask(&message))
    }
}

/// The fields of a JSON object of strings, numbers and booleans. `null` and `""` are left out.
fn flat(json: &str) -> Result<Vec<(String, SensitiveString)>, InvalidRequest> {
    let invalid =
        |problem, allowed| Err(InvalidRequest::request("fields", problem).allowed(allowed));
    let Ok(object) = wire::read::<BTreeMap<String, Json<'_>>>(json.as_bytes()) else {
        return invalid("are not an object", "a struct or a map");
    };
    let mut fields = Vec::with_capacity(object.len());
    for (name, value) in object {
        if matches!(name.as_str(), "merchantId" | "sign") {
            return invalid("contain merchantId or sign", "the client sets both");
        }
        match value.read_as::<Optional, Option<SensitiveString>>() {
            Ok(Some(value)) => fields.push((name, value)),
            Ok(None) => {}
            Err(_) => return invalid("are not flat", "JSON text in place of an array or object"),
        }
    }
    Ok(fields)
}
