//! Records: what they are queried and selected by, and how an answer about one is compared with its query.

use payments_core::wire::Json;
use payments_core::{Answer, Fault, InvalidRequest, KeepsRaw, MerchantRef, ProviderRef};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::limits;

/// The values of a record that queries name. One that the record does not state contradicts no query.
pub(crate) trait Record {
    fn coin_id(&self) -> Option<u64> {
        None
    }

    fn chain(&self) -> Option<&str> {
        None
    }

    fn to_address(&self) -> Option<&str> {
        None
    }

    fn record_id(&self) -> Option<&ProviderRef> {
        None
    }

    fn order_id(&self) -> Option<&str> {
        None
    }
}

/// The id that a record is queried by, as the body of the request. Either one alone: of two ids the gateway may ignore one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Key {
    #[serde(rename = "orderId")]
    Order(MerchantRef),
    #[serde(rename = "recordId")]
    Record(ProviderRef),
}

impl Key {
    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        match self {
            Self::Order(order) => limits::reference("order_id", order),
            Self::Record(_) => Ok(()),
        }
    }

    /// Reads an answer about one record, which must have this id.
    pub(crate) fn read<R>(&self, answer: Answer<'_>) -> Result<R, Fault>
    where
        R: Record + KeepsRaw + DeserializeOwned,
    {
        let record: R = read_one(&answer)?;
        match self {
            Self::Order(order) => {
                answer.expect_reference("orderId", order.as_str(), record.order_id())?;
            }
            Self::Record(id) => answer.expect_reference("recordId", id, record.record_id())?,
        }
        Ok(answer.keep(record))
    }
}

/// Reads the `record` of an answer.
fn read_one<R: DeserializeOwned>(answer: &Answer<'_>) -> Result<R, Fault> {
    #[derive(Deserialize)]
    struct OneRecord<'a> {
        #[serde(borrow)]
        record: Json<'a>,
    }

    let OneRecord { record } = answer.data()?;
    Ok(record.read_object()?)
}
