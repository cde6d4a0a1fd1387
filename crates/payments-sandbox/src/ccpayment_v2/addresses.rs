//! Permanent addresses: `getOrCreateAppDepositAddress` and `addressUnbinding`.

use serde::Serialize;

use super::answer::{self, Code, Outcome, Refusal};
use super::chains::{Chain, Place};
use super::coins::NETWORKS;
use super::state::CcpaymentV2;
use super::verify::Verified;

pub(super) const FIELDS: &[&str] = &["referenceId", "chain", "notifyUrl"];
pub(super) const UNBIND_FIELDS: &[&str] = &["chain", "address"];

/// Addresses of one app id.
const MOST: usize = 1_000;

/// A customer's address on a chain.
#[derive(Clone, Debug)]
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
    rows: Vec<Permanent>,
}

impl Addresses {
    /// The address that belongs to a reference now.
    pub(super) fn of(&self, reference: &str, chain: Chain) -> Option<&Permanent> {
        let mut rows = self.rows.iter();
        rows.find(|row| !row.unbound && row.chain == chain && row.reference == reference)
    }

    /// How often this reference lost an address of this kind.
    fn unbound(&self, reference: &str, chain: Chain) -> usize {
        let alike = |row: &&Permanent| {
            let same = row.chain == chain || (row.chain.is_evm() && chain.is_evm());
            row.unbound && same && row.reference == reference
        };
        let mut places: Vec<&str> = self
            .rows
            .iter()
            .filter(alike)
            .map(|row| row.place.address.as_str())
            .collect();
        places.dedup();
        places.len()
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
            Code::AddressQuota,
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
    state.addresses.rows.push(Permanent {
        reference: reference.to_owned(),
        chain,
        place,
        notify_url: notify_url.to_owned(),
        unbound: false,
    });
    Ok(made)
}

#[derive(Serialize)]
struct Unbound<'a> {
    chain: &'static str,
    address: &'a str,
}

#[derive(Serialize)]
struct Unbinding<'a> {
    unbound: Vec<Unbound<'a>>,
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
    let Some(found) = rows.iter().filter(same).find(|row| row.chain == chain) else {
        let elsewhere = rows.iter().any(|row| same(&row));
        return Err(if of_order {
            let why = "the address belongs to an order or invoice";
            Refusal::new(Code::KindNotSupported, why)
        } else if elsewhere {
            let why = "the address belongs to another chain";
            Refusal::new(Code::ChainMismatch, why)
        } else {
            let why = "no permanent address of this app is this one";
            Refusal::new(Code::NotThisMerchants, why)
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
    for row in rows.iter_mut().filter(|row| !row.unbound) {
        let sibling = row.chain == chain || (row.chain.is_evm() && chain.is_evm());
        if sibling && row.chain.same_address(&row.place.address, address) {
            row.unbound = true;
            unbound.push(Unbound {
                chain: row.chain.name(),
                address: &row.place.address,
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
