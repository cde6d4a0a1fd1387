//! What holds of a call under any script.

use crate::support::{Step, play};
use payments_core::{Effect, Outcome, Policy};
use proptest::prelude::*;
use std::time::Duration;

fn any_effect() -> impl Strategy<Value = Effect> {
    prop::sample::select(vec![Effect::Read, Effect::Keyed, Effect::Unkeyed])
}

fn any_script() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(prop::sample::select(Step::ALL.to_vec()), 0..12)
}

fn any_policy() -> impl Strategy<Value = Policy> {
    (1_u64..5_000, 1_u32..12, 0_u64..3_000, 0_u64..3_000).prop_map(
        |(deadline, attempts, base, cap)| {
            Policy::new()
                .with_deadline(Duration::from_millis(deadline))
                .with_max_attempts(attempts)
                .with_backoff(Duration::from_millis(base), Duration::from_millis(cap))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_unkeyed_write_is_never_sent_again_once_it_may_have_arrived(
        script in any_script(), policy in any_policy(), entropy: u64,
    ) {
        let run = play(Effect::Unkeyed, &script, entropy, policy);
        let sent_again_after = &script[..run.sent().saturating_sub(1).min(script.len())];
        for step in sent_again_after {
            prop_assert!(!step.leaves_a_doubt(), "{:?} of {:?}", step, script);
        }
    }

    #[test]
    fn an_unknown_outcome_stays_unknown(
        effect in any_effect(), script in any_script(), policy in any_policy(), entropy: u64,
    ) {
        let run = play(effect, &script, entropy, policy);
        let played = &script[..run.sent().min(script.len())];
        let Err(error) = &run.result else {
            prop_assert_eq!(played.last(), Some(&Step::Done));
            return Ok(());
        };
        let doubtful: Vec<_> = played.iter().filter(|step| step.leaves_a_doubt()).collect();
        match effect {
            Effect::Read => prop_assert_eq!(error.outcome(), Outcome::NotApplied),
            _ if doubtful == [&Step::OtherAmount] => {
                prop_assert_eq!(error.outcome(), Outcome::Applied);
            }
            _ if !doubtful.is_empty() => prop_assert_eq!(error.outcome(), Outcome::Unknown),
            _ => {}
        }
    }

    #[test]
    fn attempts_and_time_are_bounded(
        effect in any_effect(), script in any_script(), policy in any_policy(), entropy: u64,
    ) {
        let run = play(effect, &script, entropy, policy);
        prop_assert!(run.sent() >= 1);
        prop_assert!(run.sent() <= policy.max_attempts() as usize);
        prop_assert!(run.elapsed() <= policy.deadline());
        if let Err(error) = &run.result {
            prop_assert_eq!(error.attempts() as usize, run.sent());
        }
    }

    #[test]
    fn every_attempt_carries_the_same_reference(
        effect in any_effect(), script in any_script(), entropy: u64,
    ) {
        let policy = Policy::new().with_max_attempts(Policy::MAX_ATTEMPTS);
        for request in play(effect, &script, entropy, policy).transport.requests() {
            prop_assert!(request.body().starts_with(b"ref=order-1&time="));
        }
    }

    #[test]
    fn every_error_is_one_line_without_secrets(
        effect in any_effect(), script in any_script(), entropy: u64,
    ) {
        if let Err(error) = play(effect, &script, entropy, Policy::new()).result {
            let line = error.to_string();
            prop_assert!(!line.contains('\n') && line.len() < 400);
            prop_assert!(line.starts_with("gateway "));
            for text in [line, format!("{error:?}")] {
                prop_assert!(!text.contains(crate::support::SECRET));
                prop_assert!(!text.contains("<html>"));
            }
        }
    }
}
