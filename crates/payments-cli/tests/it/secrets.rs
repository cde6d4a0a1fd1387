//! A secret in the place of any option or argument is not printed.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Stage, payments};

const SECRETS: [&str; 2] = [
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALsentinel",
    "sentinel/8f14e45fceea167a5a36dedd4bea2543+x==",
];

/// Words after `Commands:` and options with a value, from the help of a command.
fn described(path: &[&str]) -> (Vec<String>, Vec<String>) {
    let all: Vec<&str> = path.iter().copied().chain(["--help"]).collect();
    let help = payments(&all, "").stdout;
    let mut commands = Vec::new();
    let mut options = Vec::new();
    let mut is_list = false;
    for line in help.lines() {
        if !line.starts_with(' ') {
            is_list = line == "Commands:";
        }
        let word = line.trim_start();
        if is_list && line.starts_with("  ") && !line.starts_with("   ") {
            commands.extend(word.split(' ').next().map(str::to_owned));
        }
        if let Some((name, rest)) = word
            .find("--")
            .map(|at| &word[at..])
            .and_then(|it| it.split_once(' '))
            && word.starts_with('-')
            && rest.starts_with('<')
        {
            options.push(name.to_owned());
        }
    }
    (commands, options)
}

pub(crate) fn leaves(path: Vec<String>, found: &mut Vec<(Vec<String>, Vec<String>)>) {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    let (commands, options) = described(&words);
    // `payments sandbox` runs without a command too.
    let runs_alone = commands.is_empty() || path == ["sandbox"];
    if runs_alone {
        found.push((path.clone(), options));
    }
    for command in commands.into_iter().filter(|name| name != "help") {
        leaves(path.iter().cloned().chain([command]).collect(), found);
    }
}

#[test]
fn a_secret_in_the_place_of_an_argument_is_not_printed() {
    let stage = Stage::cpay();
    let mut all = Vec::new();
    leaves(Vec::new(), &mut all);
    assert!(all.len() >= 18, "{all:?}");
    let (mut runs, mut printed) = (0, Vec::new());
    for (path, options) in &all {
        // Arguments without which a command refuses its line before it looks at the others.
        let before: &[&str] = match path.last().map(String::as_str) {
            Some("sign" | "verify" | "open") => &["chainup-opay"],
            Some("api") => &["cpay", "getOrderDetail"],
            _ => &[],
        };
        for [secret, other] in [SECRETS, [SECRETS[1], SECRETS[0]]] {
            let mut lines = vec![
                vec![secret.to_owned()],
                vec![format!("--{secret}")],
                vec![secret.to_owned(), other.to_owned()],
            ];
            for option in options {
                lines.push(vec![option.clone(), secret.to_owned()]);
                lines.push(vec![format!("{option}={secret}")]);
                lines.push(vec![option.clone(), secret.to_owned(), other.to_owned()]);
            }
            if path.last().is_some_and(|name| name == "api") {
                // Sent to the sandbox, whose refusal may repeat them.
                let data = format!("{{\"merchantTradeNo\":\"{secret}\",\"hash\":\"{other}\"}}");
                lines.push(vec!["--data".to_owned(), data, "--show-answer".to_owned()]);
            }
            for line in lines {
                let words = path
                    .iter()
                    .map(String::as_str)
                    .chain(before.iter().copied());
                let words = words.chain(line.iter().map(String::as_str));
                // Not the default ports, on which something else may run.
                let places = [
                    ("--url", stage.sandbox.base_url()),
                    ("--listen", "127.0.0.1:0"),
                    ("--listen-webhooks", "127.0.0.1:0"),
                ];
                let is_free = |(name, _): &&(&str, &str)| {
                    options.iter().any(|option| option == name)
                        && !line.iter().any(|word| word.starts_with(name))
                };
                let places = places.iter().filter(is_free);
                let words: Vec<&str> = words
                    .chain(places.flat_map(|(name, place)| [*name, *place]))
                    .collect();
                let mut child = stage.command(&words).stdin(Stdio::null()).spawn().unwrap();
                // A sandbox or a listener that starts in spite of it is stopped.
                let end = Instant::now() + Duration::from_secs(2);
                let is_server = ["sandbox", "demo", "dev", "listen", "tail"]
                    .iter()
                    .any(|name| words.contains(name));
                while is_server && child.try_wait().unwrap().is_none() {
                    if Instant::now() > end {
                        let id = child.id().to_string();
                        let _ = std::process::Command::new("kill")
                            .args(["-INT", &id])
                            .status();
                        break;
                    }
                    std::thread::sleep(Duration::from_millis(10));
                }
                let output = child.wait_with_output().unwrap();
                runs += 1;
                let text = [output.stdout, output.stderr].concat();
                if String::from_utf8_lossy(&text).contains("sentinel") {
                    printed.push(words.join(" "));
                }
            }
        }
    }
    println!(
        "secrets printed: {} of {runs} runs over {} commands",
        printed.len(),
        all.len()
    );
    assert!(printed.is_empty(), "{}", printed.join("\n"));
}
