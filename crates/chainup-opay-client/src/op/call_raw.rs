//! [`RawCall`]: a call that this crate has no type for.

use payments_core::wire::{self, Json};
use payments_core::{Fault, InvalidRequest, RawCall, RawResponse, SensitiveString};

use crate::protocol::answer::{Answer, Payload};
use crate::protocol::{Account, Call};

/// The calls that change something, with and without their folder. The provider documents `refundOrder`, for which this
/// crate has no type.
const WRITES: &[&str] = &[
    "createThirdOrder",
    "opay/createThirdOrder",
    "cancelOrder",
    "opay/cancelOrder",
    "refundOrder",
    "opay/refundOrder",
];

impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn wire_name(&self) -> &str {
        self.name()
    }

    fn text(&self, _account: &Account) -> Result<SensitiveString, InvalidRequest> {
        self.refuse_read_of(WRITES)?;
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
