//! Calls that this crate has no type for, and known calls with further fields.

use std::collections::BTreeMap;

use bytes::Bytes;
use payments_core::redact;
use payments_core::wire::{self, Json, Optional};
use payments_core::{
    Answer, Fault, InvalidRequest, RawCall, RawResponse, SensitiveString, Timestamp,
};

use crate::protocol::{Account, Call};

/// The calls that change something. `getWalletAddress` is not among them: it is sent as GET, and a repeat returns the
/// same addresses.
const WRITES: &[&str] = &[
    "createFiatPayoutOrder",
    "createOrder",
    "createOrderByCreditCard",
    "exchange",
    "pwpp",
    "submitKYC",
    "withdraw",
];

/// Reads are sent as GET, writes as POST. The body of a write is wiped when dropped: its fields may contain anything.
impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn encode(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        self.refuse_read_of(WRITES)?;
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
