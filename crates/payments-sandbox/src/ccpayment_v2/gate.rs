//! What is decided by the address of a request: the limit of requests, and the ban after wrong credentials. Both are off until
//! they are switched on: no document has a number.

use std::collections::HashMap;
use std::net::IpAddr;

use super::answer::Refusal;
use super::codes::Code;
use super::switches::CcpaymentV2Switches;
use crate::shared::rate_limit::RateLimit;

/// Five days, as the field tables of the official SDK have it.
const BAN_MS: u64 = 5 * 86_400_000;
/// Addresses that are remembered at one time.
const MOST_ADDRESSES: usize = 1_000;

#[derive(Default)]
pub(super) struct Gate {
    rate: RateLimit,
    strangers: HashMap<IpAddr, Stranger>,
}

/// An address that sent wrong credentials.
#[derive(Clone, Copy, Default)]
struct Stranger {
    /// In a row.
    failures: u32,
    banned_until_ms: u64,
}

impl Gate {
    pub(super) fn admit(
        &mut self,
        from: IpAddr,
        switches: &CcpaymentV2Switches,
        now_ms: u64,
    ) -> Result<(), Refusal> {
        let until_ms = self
            .strangers
            .get(&from)
            .map_or(0, |known| known.banned_until_ms);
        if now_ms < until_ms {
            return Err(Refusal::new(
                Code::MaliciousReq,
                "too many requests from this address had a wrong app id or signature; the ban takes five days or until a reset",
            ));
        }
        let most = switches.requests_per_second;
        if most > 0 && !self.rate.admits(from, most, now_ms) {
            return Err(Refusal::new(
                Code::RateLimit,
                format!(
                    "more than {most} requests within a second of the sandbox's clock; the switch requests_per_second sets another limit"
                ),
            ));
        }
        Ok(())
    }

    /// Counts wrong credentials in a row; a valid signature forgives the earlier ones (assumed). What is refused before the
    /// signature is looked at changes nothing.
    pub(super) fn count(
        &mut self,
        from: IpAddr,
        refused: Option<&Refusal>,
        switches: &CcpaymentV2Switches,
        now_ms: u64,
    ) {
        match refused.and_then(|refusal| Code::by_number(refusal.code)) {
            Some(Code::MerchantNotFound | Code::VerifySignFailed) => {}
            Some(Code::HeaderInvalidArgument | Code::ReqExpired | Code::NoSupportVersion) => return,
            _ => {
                self.strangers.remove(&from);
                return;
            }
        }
        if switches.ban_after == 0 {
            return;
        }
        if self.strangers.len() >= MOST_ADDRESSES {
            self.strangers
                .retain(|_, known| now_ms < known.banned_until_ms);
        }
        if self.strangers.len() < MOST_ADDRESSES || self.strangers.contains_key(&from) {
            let known = self.strangers.entry(from).or_default();
            known.failures += 1;
            if known.failures >= switches.ban_after {
                *known = Stranger {
                    failures: 0,
                    banned_until_ms: now_ms.saturating_add(BAN_MS),
                };
            }
        }
    }
}
