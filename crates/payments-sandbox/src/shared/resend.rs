//! How often `webhook/resend` is carried out, at both versions of CCPayment.

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
const MOST_A_DAY: usize = 25;

/// Allows a call once a minute and 25 times in 24 hours, and notes it. Refused calls do not count (assumed).
///
/// # Errors
/// Why it is refused.
pub(crate) fn allow(calls_ms: &mut Vec<u64>, now_ms: u64) -> Result<(), &'static str> {
    let within = |at: u64, span: u64| now_ms.saturating_sub(at) < span;
    calls_ms.retain(|at| within(*at, DAY_MS));
    if calls_ms.iter().any(|at| within(*at, MINUTE_MS)) {
        return Err("webhook/resend was called within the last minute");
    }
    if calls_ms.len() >= MOST_A_DAY {
        return Err("webhook/resend was called 25 times within 24 hours");
    }
    calls_ms.push(now_ms);
    Ok(())
}
