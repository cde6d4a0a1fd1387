//! `[gateway.calls]`: how long calls may take and how often they are tried.

use std::time::Duration;

use payments_core::Policy;

use super::account::CallPolicy;
use super::section::Section;

pub(super) fn read(account: &Section<'_>) -> CallPolicy {
    let mut calls = CallPolicy::default();
    let Some(section) = account.section("calls", "calls.") else {
        return calls;
    };
    let longest = Policy::MAX_DEADLINE;
    let time = |key, or: Duration| section.duration(key, longest).unwrap_or(or);
    calls.connect_timeout = time("connect_timeout", calls.connect_timeout);
    calls.attempt_timeout = time("attempt_timeout", calls.attempt_timeout);
    let mut policy = calls.policy;
    policy = policy.with_deadline(time("deadline", policy.deadline()));
    if let Some(attempts) = section.count("max_attempts", Policy::MAX_ATTEMPTS) {
        policy = policy.with_max_attempts(attempts);
    }
    calls.policy = policy;
    section.finish();
    calls
}
