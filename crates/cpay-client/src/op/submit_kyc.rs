//! `submitKYC`: registers customers before the gateway accepts their cards.

use bytes::Bytes;
use payments_core::wire::Scalar;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp,
    keeps_raw,
};
use serde::Deserialize;

use crate::person::Person;
use crate::protocol::{Account, Call};

/// Of how many customers an error names the problems. It counts the others.
const SHOWN: usize = 10;

/// Submits the data of 1 to 1,000 customers: `POST /openapi/v1/submitKYC`.
///
/// **Effect: unkeyed.** No document states what a second submission of a customer does, so it is never sent again once
/// a byte of it may have left. The gateway has no query for it: after [`Outcome::Unknown`](payments_core::Outcome), the
/// caller decides whether to submit again. It moves no money.
///
/// The signature covers the data's JSON text byte for byte. That text and the body that carries it are wiped when
/// dropped. The error of a refusal does not contain the gateway's message, which may repeat personal data; it is in the
/// error's `raw()`.
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

    /// Splits any number of customers into as few calls as possible, in order. An empty list results in no calls.
    ///
    /// Each call succeeds or fails separately: record which ones succeeded.
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
        let mut problems = self.people.iter().zip(1..).filter_map(|(person, number)| {
            let invalid = person.check().err()?;
            Some(format!("number {number}: {invalid}"))
        });
        let shown: Vec<String> = problems.by_ref().take(SHOWN).collect();
        if shown.is_empty() {
            return Ok(());
        }
        let more = match problems.count() {
            0 => String::new(),
            more => format!("; and {more} more of them"),
        };
        let problem = format!("{}{more}", shown.join("; "));
        Err(InvalidRequest::request("people", problem))
    }
}

impl Call for SubmitKyc {
    fn encode(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let rows: Vec<_> = self.people.iter().map(Person::row).collect();
        let data = SensitiveString::json("people", &rows)?;
        account.post_wiped(
            "submitKYC",
            &mut [
                ("data", data.expose()),
                ("merchantId", account.merchant_id()),
            ],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<KycReceipt, Fault> {
        let mut receipt: KycReceipt = answer.data()?;
        receipt.submitted = u64::try_from(self.people.len()).unwrap_or(u64::MAX);
        if receipt.accepted > receipt.submitted {
            answer.expect("count", &receipt.submitted, Some(&receipt.accepted))?;
        }
        Ok(answer.keep(receipt))
    }

    /// A refusal could repeat any part of the personal data, so the message is dropped.
    fn redact(&self, _message: String) -> String {
        String::new()
    }
}

/// The answer to `submitKYC`: how many customers were accepted, but not which.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct KycReceipt {
    /// `count`: how many customers the gateway accepted.
    #[serde(rename = "count")]
    #[serde_as(as = "Scalar")]
    pub accepted: u64,
    /// How many were in the call.
    #[serde(skip)]
    pub submitted: u64,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl KycReceipt {
    /// Whether all customers were accepted. A successful call may have left some out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.accepted == self.submitted
    }
}

keeps_raw!(KycReceipt);
