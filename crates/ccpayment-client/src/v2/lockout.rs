//! Stops a client whose credentials are refused.
//!
//! The provider blocks the IP address *and* the app id of a caller that keeps sending wrong app ids, "after a number of
//! requests" that no document states; code 11014 announces a ban of the address, of five days by one document. So a client
//! whose signature or app id is refused [`LIMIT`] times in a row sends nothing for [`FIRST_PAUSE`], then a single request.
//! Every further refusal doubles the pause, up to [`LONGEST_PAUSE`], and any other answer ends it. After 11014 the pause is the
//! longest at once. The three figures are `assumed`: they are far below anything that would look like an attack. Only answers
//! under HTTP status 200 count and reset: under another one they may be a proxy's.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use payments_core::{InvalidRequest, Timestamp};

/// Refusals in a row after which nothing is sent.
const LIMIT: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(10 * 60);
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the single request after a pause is waited for.
const TRIAL: Duration = Duration::from_secs(60);

/// The refusals in a row, shared by the clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Lockout(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    refusals: u32,
    until: Option<Timestamp>,
    is_banned: bool,
}

impl Lockout {
    /// Whether a request may be sent. After a pause, one request may be sent per [`TRIAL`].
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), InvalidRequest> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(until) = state.until else {
            return Ok(());
        };
        if now >= until {
            state.until = now.checked_add(TRIAL);
            return Ok(());
        }
        let seconds = until.as_secs().saturating_sub(now.as_secs()).max(1);
        Err(if state.is_banned {
            let problem =
                format!("are banned (code 11014): nothing more is sent for {seconds} seconds");
            InvalidRequest::configuration("requests from this IP address", problem)
                .allowed("asking the provider to lift the ban")
        } else {
            let problem = format!(
                "or app_secret was refused {} times in a row: nothing more is sent for {seconds} seconds, because the \
                 provider bans who goes on",
                state.refusals
            );
            InvalidRequest::configuration("app_id", problem)
                .allowed("a new client with corrected credentials")
        })
    }

    /// Records the code of an answer.
    pub(crate) fn observe(&self, code: &str, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match code {
            // VerifySignFailed, MerchantNotFound
            "11005" | "12001" => state.refusals = state.refusals.saturating_add(1),
            // MaliciousReq
            "11014" => {
                state.refusals = state.refusals.max(LIMIT);
                state.is_banned = true;
            }
            // HeaderInvalidArgument, RateLimit, ReqExpired: it is not known whether the signature was checked before.
            "11001" | "11004" | "11006" => return,
            _ => {
                *state = State::default();
                return;
            }
        }
        if let Some(further) = state.refusals.checked_sub(LIMIT) {
            let pause = if state.is_banned {
                LONGEST_PAUSE
            } else {
                let factor = 2_u32.saturating_pow(further);
                FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
            };
            state.until = now.checked_add(pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_secs(1_800_000_000 + seconds)
    }

    fn sends(lockout: &Lockout, seconds: u64) -> bool {
        lockout.check(at(seconds)).is_ok()
    }

    #[test]
    fn three_refusals_in_a_row_pause_the_client_for_ten_minutes() {
        let lockout = Lockout::default();
        for code in ["11005", "12001"] {
            lockout.observe(code, at(0));
            assert!(sends(&lockout, 0));
        }
        lockout.observe("11005", at(0));
        assert!(!sends(&lockout, 0) && !sends(&lockout, 599));
        let shown = lockout.check(at(0)).unwrap_err().to_string();
        assert!(
            shown.contains("refused 3 times in a row") && shown.contains("600 seconds"),
            "{shown}"
        );
    }

    #[test]
    fn any_other_answer_ends_the_row() {
        for code in ["10000", "11003", "14000", "99999"] {
            let lockout = Lockout::default();
            for code in ["11005", "11005", code, "11005", "11005"] {
                lockout.observe(code, at(0));
            }
            assert!(sends(&lockout, 0), "{code}");
        }
        // Answers that may be given before the signature is checked prove nothing about it.
        for code in ["11001", "11004", "11006"] {
            let lockout = Lockout::default();
            for code in ["11005", "11005", code, "11005"] {
                lockout.observe(code, at(0));
            }
            assert!(!sends(&lockout, 0), "{code}");
        }
    }

    #[test]
    fn after_a_pause_one_request_is_sent_and_its_refusal_doubles_the_pause() {
        let lockout = Lockout::default();
        for _ in 0..3 {
            lockout.observe("11005", at(0));
        }
        assert!(sends(&lockout, 600));
        assert!(!sends(&lockout, 600) && !sends(&lockout, 659));
        lockout.observe("11005", at(601));
        assert!(!sends(&lockout, 601 + 1_199));
        assert!(sends(&lockout, 601 + 1_200));
        lockout.observe("10000", at(1_801));
        assert!(sends(&lockout, 1_801) && sends(&lockout, 1_801));
    }

    #[test]
    fn a_pause_is_a_day_at_most() {
        let lockout = Lockout::default();
        for _ in 0..100 {
            lockout.observe("12001", at(0));
        }
        assert!(!sends(&lockout, 86_399));
        assert!(sends(&lockout, 86_400));
    }

    #[test]
    fn a_ban_pauses_the_client_for_a_day_at_once() {
        let lockout = Lockout::default();
        lockout.observe("11014", at(0));
        assert!(!sends(&lockout, 86_399));
        let shown = lockout.check(at(0)).unwrap_err().to_string();
        assert!(shown.contains("11014"), "{shown}");
        assert!(sends(&lockout, 86_400));
    }
}
