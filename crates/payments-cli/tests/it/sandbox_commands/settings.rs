//! The settings of the sandbox, as options and as `payments sandbox settings`, and the container's file.

use std::io::{BufRead as _, BufReader};

use serde_json::Value;

use super::{json, sandbox};
use crate::support::Stage;

fn sandbox_source() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../payments-sandbox/src")
}

/// The names of the builder's setters.
fn builder_settings() -> Vec<String> {
    let source = sandbox_source();
    let files = [
        "builder.rs",
        "cpay/handle.rs",
        "chainup_opay/handle.rs",
        "ccpayment/handle.rs",
        "ccpayment_v2/handle.rs",
    ];
    let mut settings = Vec::new();
    for file in files {
        let text = crate::support::text(&source.join(file));
        // Every setter takes `self` and returns it.
        let setters = text.split("pub fn ").skip(1).filter_map(|rest| {
            let (head, _) = rest.split_once('{')?;
            let flat = head.split_whitespace().collect::<Vec<_>>().join(" ");
            let name = flat.split(['(', '<']).next()?.to_owned();
            flat.contains("mut self").then_some(name)
        });
        settings.extend(setters);
    }
    assert!(settings.len() >= 30, "{settings:?}");
    settings
}

/// A setting of the builder that no option of the command has cannot be used from other languages.
#[test]
fn every_setting_of_the_builder_has_an_option() {
    let settings = builder_settings();
    let help = crate::support::payments(&["sandbox", "--help"], "").stdout;
    let has = |option: &str| help.split_whitespace().any(|word| word == option);
    let missing: Vec<&String> = settings
        .iter()
        .filter(|name| !option_of(name).is_none_or(|option| has(&option)))
        .collect();
    assert!(
        missing.is_empty(),
        "no option of `payments sandbox` for {missing:?}"
    );
    let guide = sandbox_source().join("../../../docs/sandbox.md");
    let guide = crate::support::text(&guide);
    let undescribed: Vec<&String> = settings
        .iter()
        .filter(|name| !guide.contains(&format!("| `{name}(")))
        .collect();
    assert!(
        undescribed.is_empty(),
        "not in docs/sandbox.md: {undescribed:?}"
    );
}

/// The container's file cannot be built by this test, but what it copies exists and what it runs is accepted.
#[test]
fn the_containerfile_copies_and_runs_what_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = crate::support::text(&root.join("Containerfile"));
    let mut copied = Vec::new();
    for line in file.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["COPY", source, _] if !source.starts_with("--") => copied.push(*source),
            ["COPY", sources @ .., "./"] => copied.extend(sources),
            _ => {}
        }
    }
    let manifest = crate::support::text(&root.join("Cargo.toml"));
    let members = manifest.lines().find(|line| line.starts_with("members = "));
    for member in members.unwrap().split('"').skip(1).step_by(2) {
        let folder = std::path::Path::new(member.trim_end_matches("/*"));
        let is_copied = copied.iter().any(|source| folder.starts_with(source));
        assert!(is_copied, "{member} is not copied");
    }
    for source in copied {
        assert!(root.join(source).exists(), "{source}");
    }

    // `["payments", "sandbox"]` and the arguments that follow it.
    let list = |start: &str| -> Vec<String> {
        let line = file.lines().find(|line| line.starts_with(start));
        let (_, list) = line.unwrap().split_once('[').unwrap();
        serde_json::from_str(&format!("[{list}")).unwrap()
    };
    let (program, arguments) = (list("ENTRYPOINT"), list("CMD"));
    let (mut health, free) = (list("HEALTHCHECK"), "0.0.0.0:0".to_owned());
    assert_eq!(program, ["payments", "sandbox"]);
    let arguments = arguments
        .iter()
        .map(|one| match one.starts_with("0.0.0.0") {
            true => &free,
            false => one,
        });
    let all: Vec<&str> = program[1..]
        .iter()
        .chain(arguments)
        .map(String::as_str)
        .collect();
    let json = [&all[..], &["--json"]].concat();
    let mut child = crate::support::command(&json).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    health.extend([
        "--url".to_owned(),
        ready["base_url"].as_str().unwrap().to_owned(),
    ]);
    let health: Vec<&str> = health[1..].iter().map(String::as_str).collect();
    let healthy = crate::support::payments(&health, "");
    let _ = child.kill();
    let _ = child.wait();
    assert_eq!(healthy.status, 0, "{}", healthy.stderr);
    assert_eq!(crate::support::payments(&health, "").status, 1);
}

/// The option of a setting. `None`: the command's output is what an observer is for, and its webhooks leave the process.
fn option_of(setting: &str) -> Option<String> {
    Some(match setting {
        "observe" | "observe_deliveries" | "receive_webhooks" => return None,
        "allow_remote_listen" => "--allow-remote".to_owned(),
        "clock" => "--clock-at".to_owned(),
        "cpay_callback_url" => "--callback-url".to_owned(),
        "cpay_balance" => "--balance".to_owned(),
        "cpay_allowed_ips" => "--cpay-allowed-ip".to_owned(),
        "ccpayment_v2_allowed_ips" => "--ccpayment-v2-allowed-ip".to_owned(),
        "state_file" => "--state".to_owned(),
        "cpay_kyc_required" => "--cpay-no-kyc".to_owned(),
        "cpay_card_storage" => "--cpay-no-card-storage".to_owned(),
        "chainup_opay_scene_types" => "--chainup-opay-scene-type".to_owned(),
        "ccpayment_v2_push_every_state" => "--ccpayment-v2-push-final-states".to_owned(),
        "cpay_payouts_complete_after"
        | "ccpayment_payouts_complete_after"
        | "ccpayment_v2_payouts_complete_after" => "--payouts-complete-after".to_owned(),
        other => format!("--{}", other.replace('_', "-")),
    })
}

#[test]
fn the_time_of_payouts_has_a_unit() {
    let ran = crate::support::payments(&["sandbox", "--payouts-complete-after", "60"], "");
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("write a time with its unit, as in 90s"),
        "{}",
        ran.stderr
    );
}

#[test]
fn lists_and_sets_settings() {
    let stage = Stage::cpay();
    let set = [
        "settings",
        "set",
        "cpay_kyc_required=false",
        "webhook_timeout_ms=500",
    ];
    let changed = json(&stage, &set);
    let values: Vec<_> = changed["settings"].as_array().unwrap().iter().collect();
    assert_eq!(values.len(), 2);
    assert_eq!(
        (&values[0]["value"], &values[1]["value"]),
        (&500.into(), &false.into())
    );
    let table = sandbox(&stage, &["settings", "list"]).stdout;
    for part in [
        "cpay_kyc_required",
        "false",
        "seed",
        "only the start decides",
        "none",
    ] {
        assert!(table.contains(part), "{part}: {table}");
    }
    let refused = sandbox(
        &stage,
        &["settings", "set", "cpay_kyc=1", "webhook_timeout_ms=x"],
    );
    assert_eq!(refused.status, 2, "{}", refused.stderr);
    for part in [
        "no setting is called cpay_kyc",
        "webhook_timeout_ms is a number",
        "The settings are",
    ] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
    let twice = sandbox(&stage, &["settings", "set", "seed=1", "seed=2"]);
    assert!(
        twice.stderr.contains("seed is set twice"),
        "{}",
        twice.stderr
    );
}

/// What the start sets is listed by a running sandbox, and what that lists can be set at the start.
#[test]
fn the_settings_of_a_running_sandbox_are_those_of_the_builder() {
    let stage = Stage::cpay();
    let listed = json(&stage, &["settings", "list"]);
    let rows = listed["settings"].as_array().unwrap().iter();
    let mut listed: Vec<String> = rows
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect();
    for setter in builder_settings() {
        let name = match setter.as_str() {
            "observe" | "observe_deliveries" | "receive_webhooks" => continue,
            "ccpayment_v2_push_every_state" => "ccpayment_v2_final_states_only".to_owned(),
            time if listed.contains(&format!("{time}_ms")) => format!("{time}_ms"),
            _ => setter.clone(),
        };
        let place = listed.iter().position(|known| *known == name);
        let place = place.unwrap_or_else(|| panic!("{setter} is not listed"));
        listed.remove(place);
    }
    // Switches for single tests, which the builder does not have on purpose.
    assert_eq!(
        listed,
        [
            "ccpayment_v2_risky",
            "ccpayment_v2_millisecond_timestamps",
            "ccpayment_v2_signed_answers",
            "ccpayment_v2_exact_acknowledgement",
            "ccpayment_v2_requests_per_second",
            "ccpayment_v2_ban_after",
        ]
    );
}
