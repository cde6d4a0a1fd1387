//! [`RawCall`]: a call that this crate has no type for.

use payments_core::wire::{self, Json};
use payments_core::{
    Effect, Fault, InvalidRequest, KnownCall, RawCall, RawResponse, SensitiveString,
};

use crate::protocol::answer::{Answer, Payload};
use crate::protocol::{Account, Call};

/// All calls that the provider documents, with their sources. `refundOrder` and `transferToMerchantAuth` are in later
/// documents than the specification; this crate has no types for them.
pub const CALLS: &[KnownCall] = &[
    KnownCall::new(
        "opay/createThirdOrder",
        Effect::Keyed,
        "Step 1, Create a payment order",
    ),
    KnownCall::new("opay/orderDetail", Effect::Read, "Query Payment Order"),
    KnownCall::new(
        "opay/merchantBillingDay",
        Effect::Read,
        "Merchant Daily Posting Statement",
    ),
    KnownCall::new("opay/cancelOrder", Effect::Keyed, "Cancel Pending Orders"),
    KnownCall::new(
        "opay/refundOrder",
        Effect::Unkeyed,
        "later documents, coin grants/refund",
    ),
    KnownCall::new(
        "opay/transferToMerchantAuth",
        Effect::Unkeyed,
        "later documents, debit of a user",
    ),
];

/// The documented call of this name, in whatever case, with or without the folder `opay/`.
#[must_use]
pub fn known_call(name: &str) -> Option<&'static KnownCall> {
    KnownCall::find(CALLS, name).or_else(|| KnownCall::find(CALLS, &format!("opay/{name}")))
}

impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn wire_name(&self) -> &str {
        self.name()
    }

    fn text(&self, _account: &Account) -> Result<SensitiveString, InvalidRequest> {
        self.refuse_read_of_write(known_call(self.name()))?;
        self.fields().map(SensitiveString::from)
    }

    /// A success without `data` is not signed, so it does not prove that a write was carried out.
    fn decode(&self, answer: Answer) -> Result<RawResponse, Fault> {
        let json = match &answer.payload {
            Payload::Signed(text) => wire::read::<Json<'_>>(text.as_bytes())?.as_str(),
            Payload::Plain(_) | Payload::Empty if WRITE => return Err(Fault::unverified()),
            Payload::Plain(_) | Payload::Empty => "null",
        };
        Ok(RawResponse::new(json, answer.raw))
    }

    fn redact(&self, message: String) -> String {
        self.mask(&message)
    }
}
