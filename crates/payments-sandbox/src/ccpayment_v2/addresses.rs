//! Permanent addresses: `getOrCreateAppDepositAddress` and `addressUnbinding`.

use serde::{Deserialize, Serialize};

use super::answer::{self, Outcome, Refusal};
use super::chains::{Chain, Place};
use super::codes::Code;
use super::coins::NETWORKS;
use super::state::CcpaymentV2;
use super::verify::Verified;
use crate::shared::document::{Changes, Documents, Unreadable};
use crate::shared::kept::Kept;

pub(super) const FIELDS: &[&str] = &["referenceId", "chain", "notifyUrl"];
pub(super) const UNBIND_FIELDS: &[&str] = &["chain", "address"];

/// Addresses of one app id.
const MOST: usize = 1_000;

/// A customer's address on a chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Permanent {
    pub(super) reference: String,
    pub(super) chain: Chain,
    pub(super) place: Place,
    /// Where webhooks about its deposits go; empty for the account's URL.
    pub(super) notify_url: String,
    /// No longer the customer's.
    pub(super) unbound: bool,
}

/// The addresses in the order in which they were made.
#[derive(Default)]
pub(super) struct Addresses {
    rows: Kept<usize, Permanent>,
}

impl Addresses {
    /// The address that belongs to a reference now.
    pub(super) fn of(&self, reference: &str, chain: Chain) -> Option<&Permanent> {
        let mut rows = self.rows.values();
        rows.find(|row| !row.unbound && row.chain == chain && row.reference == reference)
    }

    /// The permanent address, unbound ones included: what arrives there is credited.
    pub(super) fn at(&self, chain: Chain, address: &str) -> Option<&Permanent> {
        let mut rows = self.rows.values();
        rows.find(|row| row.chain == chain && chain.same_address(&row.place.address, address))
    }

    /// How often this reference lost an address of this kind.
    fn unbound(&self, reference: &str, chain: Chain) -> usize {
        let alike = |row: &&Permanent| {
            let same = row.chain == chain || (row.chain.is_evm() && chain.is_evm());
            row.unbound && same && row.reference == reference
        };
        let mut places: Vec<&str> = self
            .rows
            .values()
            .filter(alike)
            .map(|row| row.place.address.as_str())
            .collect();
        places.dedup();
        places.len()
    }

    pub(super) fn save(&mut self, to: &mut Changes<'_>) {
        self.rows.save("address", to);
    }

    pub(super) fn load(&mut self, from: &mut Documents) -> Result<(), Unreadable> {
        self.rows.load("address", from)
    }
}

#[derive(Serialize)]
struct Made<'a> {
    address: &'a str,
    memo: &'a str,
}

pub(super) fn get_or_create(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let reference = fields.reference("referenceId")?;
    fields.required("chain", 32)?;
    let notify_url = fields.web("notifyUrl")?;
    let chain = fields.chain()?;
    let mut state = provider.state();
    if let Some(known) = state.addresses.of(reference, chain) {
        let Place { address, memo } = &known.place;
        return answer::data(&Made { address, memo });
    }
    let open = |chain| {
        let mut networks = NETWORKS.iter();
        networks.any(|network| network.chain == chain && network.takes_deposits())
    };
    if !open(chain) {
        return Err(Refusal::new(
            Code::ChainStopDeposit,
            format!("no coin can be deposited on {}", chain.name()),
        ));
    }
    if state.addresses.rows.len() >= MOST {
        return Err(Refusal::new(
            Code::PaymentAddressNumTooMuch,
            "the app has 1,000 permanent addresses, the most there can be",
        ));
    }
    let times = state.addresses.unbound(reference, chain).to_string();
    let salt = &provider.account.address_salt;
    let place = chain.place(salt, &["reference", reference, &times]);
    let made = answer::data(&Made {
        address: &place.address,
        memo: &place.memo,
    })?;
    let permanent = Permanent {
        reference: reference.to_owned(),
        chain,
        place,
        notify_url: notify_url.to_owned(),
        unbound: false,
    };
    let number = state.addresses.rows.len();
    state.addresses.rows.insert(number, permanent);
    Ok(made)
}

/// An address that a person or a test may need.
#[derive(Serialize)]
pub(super) struct AddressRow {
    /// `permanent`, `unbound`, or a constant of the sandbox that `addressUnbinding` refuses: `never_used` or
    /// `other_merchant`.
    pub(super) kind: &'static str,
    pub(super) reference_id: String,
    pub(super) chain: &'static str,
    pub(super) address: String,
    pub(super) memo: String,
}

const NEVER_USED: &str = "never_used";
const OTHER_MERCHANT: &str = "other_merchant";

impl CcpaymentV2 {
    /// An address of CCPayment that does not belong to this account.
    fn stranger(&self, kind: &str, chain: Chain) -> Place {
        chain.place(&self.account.address_salt, &[kind])
    }

    /// Why an address that is not of this account cannot be unbound.
    fn not_ours(&self, chain: Chain, address: &str) -> Refusal {
        let is = |kind| chain.same_address(&self.stranger(kind, chain).address, address);
        if chain.has_memo() {
            let why = "addresses with a memo cannot be unbound";
            Refusal::new(Code::HasMemo, why)
        } else if is(NEVER_USED) {
            let why = "the address is CCPayment's, and was never given to anyone";
            Refusal::new(Code::AddressNotUsed, why)
        } else if is(OTHER_MERCHANT) {
            let why = "the address belongs to another merchant";
            Refusal::new(Code::NotThisMerchants, why)
        } else {
            let why = "the address is not one of CCPayment's";
            Refusal::new(Code::NotCcpayments, why)
        }
    }

    /// All permanent addresses, then those that `addressUnbinding` refuses with codes of their own.
    pub(super) fn address_rows(&self) -> Vec<AddressRow> {
        let state = self.state();
        let mut rows: Vec<AddressRow> = state
            .addresses
            .rows
            .values()
            .map(|row| AddressRow {
                kind: if row.unbound { "unbound" } else { "permanent" },
                reference_id: row.reference.clone(),
                chain: row.chain.name(),
                address: row.place.address.clone(),
                memo: row.place.memo.clone(),
            })
            .collect();
        for kind in [NEVER_USED, OTHER_MERCHANT] {
            let chains = Chain::ALL.into_iter().filter(|chain| !chain.has_memo());
            rows.extend(chains.map(|chain| AddressRow {
                kind,
                reference_id: String::new(),
                chain: chain.name(),
                address: self.stranger(kind, chain).address,
                memo: String::new(),
            }));
        }
        rows
    }
}

#[derive(Serialize)]
struct Unbound {
    chain: &'static str,
    address: String,
}

#[derive(Serialize)]
struct Unbinding<'a> {
    unbound: Vec<Unbound>,
    #[serde(rename = "unboundAt")]
    unbound_at: u64,
    #[serde(rename = "userID")]
    user_id: &'static str,
    #[serde(rename = "referenceID")]
    reference_id: &'a str,
}

pub(super) fn unbind(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    fields.required("chain", 32)?;
    let address = fields.required("address", 128)?;
    let chain = fields.chain()?;
    let mut state = provider.state();
    let of_order = state.has_paying_address(chain, address);
    let rows = &mut state.addresses.rows;
    let same = |row: &&Permanent| row.chain.same_address(&row.place.address, address);
    let Some(found) = rows.values().filter(same).find(|row| row.chain == chain) else {
        let elsewhere = rows.values().any(|row| same(&row));
        return Err(if of_order {
            let why = "the address belongs to an order or invoice";
            Refusal::new(Code::KindNotSupported, why)
        } else if elsewhere {
            let why = "the address belongs to another chain";
            Refusal::new(Code::ChainMismatch, why)
        } else {
            provider.not_ours(chain, address)
        });
    };
    if chain.has_memo() {
        let why = "addresses with a memo cannot be unbound";
        return Err(Refusal::new(Code::HasMemo, why));
    }
    if found.unbound {
        let why = "the address is unbound already";
        return Err(Refusal::new(Code::AlreadyUnbound, why));
    }
    let reference = found.reference.clone();
    let mut unbound = Vec::new();
    let is_sibling = |row: &Permanent| {
        let same_chain = row.chain == chain || (row.chain.is_evm() && chain.is_evm());
        !row.unbound && same_chain && row.chain.same_address(&row.place.address, address)
    };
    let siblings = rows.iter().filter(|(_, row)| is_sibling(row));
    let siblings: Vec<usize> = siblings.map(|(number, _)| *number).collect();
    for number in siblings {
        if let Some(row) = rows.get_mut(&number) {
            row.unbound = true;
            unbound.push(Unbound {
                chain: row.chain.name(),
                address: row.place.address.clone(),
            });
        }
    }
    answer::data(&Unbinding {
        unbound,
        unbound_at: provider.context.clock.now_ms() / 1_000,
        user_id: "",
        reference_id: &reference,
    })
}
