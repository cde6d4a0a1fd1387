//! A limit of requests a second from one address, on the sandbox's clock.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

const SECOND_MS: u64 = 1_000;
/// Addresses that are remembered at one time.
const MOST_ADDRESSES: usize = 1_000;

/// When the requests of the last second arrived.
#[derive(Default)]
pub(crate) struct RateLimit {
    seen: HashMap<IpAddr, VecDeque<u64>>,
}

impl RateLimit {
    /// Counts a request and returns `true`, unless `most` have been counted within a second. A refused one does not count
    /// (assumed).
    pub(crate) fn admits(&mut self, from: IpAddr, most: u32, now_ms: u64) -> bool {
        let recent = |at: &u64| now_ms.saturating_sub(*at) < SECOND_MS;
        if self.seen.len() >= MOST_ADDRESSES {
            self.seen
                .retain(|_, times| times.back().is_some_and(recent));
        }
        let times = self.seen.entry(from).or_default();
        while times.front().is_some_and(|at| !recent(at)) {
            times.pop_front();
        }
        if times.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return false;
        }
        times.push_back(now_ms);
        true
    }
}
