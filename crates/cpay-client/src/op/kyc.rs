//! `submitKYC`: what the gateway has to know of customers before it takes their cards.

use bytes::Bytes;
use payments_core::SensitiveString;
use payments_core::{Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, wire};
use serde::Deserialize;

use crate::Person;
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};

/// Hands over the data of 1 to 1,000 customers: `POST /openapi/v1/submitKYC`.
///
/// **Effect: unkeyed.** No document says what a second submission of a customer does, so once a byte of it may
/// have left it is not sent again. The gateway offers no query for it: whether to submit once more after an
/// [`Outcome::Unknown`](payments_core::Outcome) is the caller's to decide. It moves no money.
///
/// The signature covers the data's JSON text byte for byte. That text and the body that carries it are wiped when
/// dropped. The gateway's own words of a refusal are not in the error's message, as they may repeat anybody's data:
/// they stand in the answer as it came, the error's `raw()`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a submission is made by `Client::submit_kyc`"]
pub struct SubmitKyc {
    people: Vec<Person>,
}

impl SubmitKyc {
    /// The most customers of one call, by the specification.
    pub const MAX_PEOPLE: usize = 1_000;

    /// These customers, in one call.
    pub fn new(people: Vec<Person>) -> Self {
        Self { people }
    }

    /// Any number of customers, in as few calls as they take, in order. No customers make no call.
    ///
    /// Each call succeeds or fails by itself: keep account of which ones did.
    #[must_use]
    pub fn split(people: Vec<Person>) -> Vec<Self> {
        let mut calls = Vec::with_capacity(people.len().div_ceil(Self::MAX_PEOPLE));
        let mut people = people.into_iter();
        loop {
            let call: Vec<Person> = people.by_ref().take(Self::MAX_PEOPLE).collect();
            if call.is_empty() {
                return calls;
            }
            calls.push(Self::new(call));
        }
    }

    /// The customers of this call.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }
}

impl Operation for SubmitKyc {
    type Output = KycReceipt;
    const NAME: &'static str = "submit_kyc";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        if !(1..=Self::MAX_PEOPLE).contains(&self.people.len()) {
            return Err(
                InvalidRequest::request("people", format!("are {}", self.people.len()))
                    .allowed("1 to 1000 in one call"),
            );
        }
        self.people
            .iter()
            .enumerate()
            .try_for_each(|(place, person)| {
                let number = place + 1;
                person.check().map_err(|invalid| {
                    InvalidRequest::request("people", format!("number {number}: {invalid}"))
                })
            })
    }
}

impl Wired for SubmitKyc {
    fn write(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let rows: Vec<_> = self.people.iter().map(Person::row).collect();
        let data = SensitiveString::json("people", &rows)?;
        account.post_wiped(
            "submitKYC",
            &[("data", &data), ("merchantId", account.merchant_id())],
        )
    }

    fn read(&self, answer: Answer<'_>) -> Result<KycReceipt, Fault> {
        let mut receipt: KycReceipt = answer.data()?;
        receipt.submitted = u64::try_from(self.people.len()).unwrap_or(u64::MAX);
        if receipt.accepted > receipt.submitted {
            answer.expect("count", &receipt.submitted, Some(&receipt.accepted))?;
        }
        Ok(answer.keep(receipt))
    }

    /// There is too much in a list of people that a refusal could repeat.
    fn redact(&self, _words: String) -> String {
        String::new()
    }
}

/// What `submitKYC` answers: how many were accepted, and nothing about which.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct KycReceipt {
    /// `count`: how many customers the gateway accepted.
    #[serde(rename = "count", deserialize_with = "wire::integer")]
    pub accepted: u64,
    /// How many were in the call.
    #[serde(skip)]
    pub submitted: u64,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl KycReceipt {
    /// Whether none was left out. A success of the call does not say so.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.accepted == self.submitted
    }
}

keeps_raw!(KycReceipt);
