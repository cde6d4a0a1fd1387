//! What all lists have in common: the conditions, the pages, and the check that a page keeps to its conditions.

use payments_core::wire::{List, Optional, Seconds};
use payments_core::{
    Answer, Fault, InvalidRequest, KeepsRaw, MerchantRef, ProviderRef, RawAnswer, SensitiveString,
    Timestamp, check,
};
use serde::{Deserialize, Serialize};

use super::limits;
use super::record::Record;

/// A page of a list. All pages: [`Client::rows`](super::Client::rows).
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    rename_all = "camelCase",
    bound(deserialize = "R: serde::de::DeserializeOwned")
)]
#[non_exhaustive]
pub struct Page<R> {
    /// The records, newest first (documented for deposits, `assumed` for the others).
    #[serde(default)]
    #[serde_as(as = "List")]
    pub records: Vec<R>,
    /// The cursor of the next page; `None` on the last one.
    #[serde(default)]
    #[serde_as(as = "Optional")]
    pub next_id: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl<R> Page<R> {
    /// The answer as received, for fields that are not listed here.
    #[must_use]
    pub const fn raw(&self) -> Option<&RawAnswer> {
        self.raw.as_ref()
    }
}

impl<R> KeepsRaw for Page<R> {
    fn set_raw(&mut self, raw: RawAnswer) {
        self.raw = Some(raw);
    }
}

/// The conditions that several lists have. Each query offers those of its call, by `paged!`.
#[serde_with::skip_serializing_none]
#[serde_with::apply(Vec => #[serde(skip_serializing_if = "Vec::is_empty")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conditions {
    pub(crate) chain: Option<String>,
    pub(crate) coin_id: Option<u64>,
    pub(crate) to_address: Option<SensitiveString>,
    pub(crate) record_ids: Vec<ProviderRef>,
    pub(crate) order_ids: Vec<MerchantRef>,
    #[serde_as(as = "Option<Seconds>")]
    pub(crate) start_at: Option<Timestamp>,
    #[serde_as(as = "Option<Seconds>")]
    pub(crate) end_at: Option<Timestamp>,
    pub(crate) next_id: Option<String>,
}

impl Conditions {
    /// `most_ids` is the limit of each list of ids.
    pub(crate) fn check(&self, most_ids: usize) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::optional_chain(self.chain.as_deref()),
            limits::optional_id("coin_id", self.coin_id),
            self.to_address.as_ref().map_or(Ok(()), |address| {
                check::text("to_address", address, limits::ADDRESS)
            }),
            limits::list("record_ids", &self.record_ids, most_ids),
            limits::list("order_ids", &self.order_ids, most_ids),
            limits::range("end_at", self.start_at, self.end_at),
            limits::cursor(self.next_id.as_deref()),
        ])
    }

    /// Reads a page. A gateway that ignores a condition lists the records of others: that is an error.
    pub(crate) fn read<R>(&self, answer: Answer<'_>) -> Result<Page<R>, Fault>
    where
        R: Record + serde::de::DeserializeOwned,
    {
        let page: Page<R> = answer.data()?;
        page.records.iter().try_for_each(|row| self.fits(row))?;
        Ok(answer.keep(page))
    }

    fn fits(&self, row: &impl Record) -> Result<(), Fault> {
        if let (Some(asked), Some(found)) = (self.coin_id, row.coin_id())
            && asked != found
        {
            return Err(Fault::foreign("coinId"));
        }
        if let (Some(asked), Some(found)) = (&self.chain, row.chain())
            && !found.eq_ignore_ascii_case(asked)
        {
            return Err(Fault::foreign("chain"));
        }
        if let (Some(asked), Some(found)) = (&self.to_address, row.to_address())
            && !limits::is_same_address(asked.expose(), found)
        {
            return Err(Fault::foreign("toAddress"));
        }
        if let Some(found) = row.record_id()
            && !self.record_ids.is_empty()
            && !self.record_ids.contains(found)
        {
            return Err(Fault::foreign("recordId"));
        }
        if let Some(found) = row.order_id()
            && !self.order_ids.is_empty()
            && !self.order_ids.iter().any(|asked| asked.as_str() == found)
        {
            return Err(Fault::foreign("orderId"));
        }
        Ok(())
    }
}
