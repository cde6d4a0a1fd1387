//! Runs the commands of the pages as a reader does, in a folder with the accounts of a running sandbox.
//!
//! Only addresses are replaced: that of the reader's program, and the ports that commands listen on.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::commands::search_path;
use crate::pages::{guide, pages};

/// Commands that are not run here, by their beginning, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo install ", "builds the command that is here already"),
    ("cargo test ", "these are the tests"),
    ("cargo xtask ", "`cargo xtask test` runs these tests"),
    ("cargo +nightly ", "fuzzing needs a nightly toolchain"),
    (
        "cargo run -p payments-facade ",
        "a test of the facade runs the example",
    ),
    ("cargo run -p shop-axum ", "the tests of the example run it"),
    (
        "cargo run -p payout-service ",
        "the tests of the example run it",
    ),
    (
        "cargo run -p payments-cli -- demo",
        "the tests of the command run it",
    ),
    (
        "mdbook ",
        "serves until it is stopped; `mdbook_builds_the_guide` builds the book",
    ),
    ("podman ", "needs a registry of images"),
    (
        "sqlite3 ",
        "`backup.rs` makes such a copy by SQLite's library",
    ),
    ("curl ", "the tests of the example send it"),
    ("export ", "names the reader's own database"),
    (
        "payments logs tail",
        "prints nothing until something happens; the tests of the command follow it",
    ),
    (
        "payments sandbox run mine.toml --url ",
        "acts on the default port; the tests of the command run it",
    ),
];

/// Commands that cannot succeed here, by their beginning: their exit status, and why.
const ENDS_WITH: &[(&str, i32, &str)] = &[];

struct Example {
    place: String,
    command: String,
}

/// The lines of a page's shell blocks that begin with a command. `$ ` in front of one is left out.
fn examples(page: &Path) -> Vec<Example> {
    let name = page.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(page).unwrap();
    let mut found: Vec<Example> = Vec::new();
    let (mut is_shell, mut goes_on) = (false, false);
    for (number, line) in text.lines().enumerate() {
        if let Some(kind) = line.strip_prefix("```") {
            is_shell = matches!(kind, "text" | "sh");
            continue;
        }
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let first = line.split(' ').next().unwrap_or_default();
        let is_command = matches!(
            first,
            "payments" | "cargo" | "mdbook" | "podman" | "sqlite3" | "curl" | "export"
        );
        if is_shell && goes_on {
            found.last_mut().unwrap().command += line.trim_start().trim_end_matches('\\');
        } else if is_shell && is_command {
            found.push(Example {
                place: format!("{name}:{}", number + 1),
                command: line.trim_end_matches(['\\', '&']).to_owned(),
            });
        }
        goes_on = is_shell && (is_command || goes_on) && line.ends_with('\\');
    }
    found
}

fn is_not_run(command: &str) -> bool {
    NOT_RUN.iter().any(|(begin, _)| command.starts_with(begin))
}

/// Whether a command serves until it is stopped.
fn serves(command: &str) -> bool {
    let begins = |begin| command.starts_with(begin);
    [
        "payments dev",
        "payments webhook listen",
        "payments inbox serve",
        "payments sandbox --",
    ]
    .into_iter()
    .any(begins)
        || (begins("payments reconcile run") && command.contains("--every"))
}

/// A folder with an accounts file, a sandbox of its accounts, and a program that acknowledges what it gets.
struct House {
    folder: TempDir,
    sandbox: Child,
    url: String,
    program: String,
}

impl House {
    fn build() -> Self {
        let folder = TempDir::new().unwrap();
        let program = program();
        let mut sandbox = Self::shell(
            folder.path(),
            "payments dev --json --listen 127.0.0.1:0 --listen-webhooks 127.0.0.1:0",
        )
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
        let mut ready = String::new();
        let mut lines = BufReader::new(sandbox.stdout.take().unwrap());
        lines.read_line(&mut ready).unwrap();
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let (_, url) = ready.split_once("\"base_url\":\"").unwrap();
        let url = url.split('"').next().unwrap().to_owned();
        // The pages also have accounts that are called `main`.
        let path = folder.path().join("payments.toml");
        let accounts = fs::read_to_string(&path).unwrap();
        let first = accounts.find("[[gateway]]").unwrap();
        let (head, own) = accounts.split_at(first);
        let main = own.replace("account = \"sandbox\"", "account = \"main\"");
        let main = main.replace("account = \"sandbox-v2\"", "account = \"main-v2\"");
        fs::write(&path, format!("{head}{own}\n{main}")).unwrap();
        Self {
            folder,
            sandbox,
            url,
            program,
        }
    }

    fn shell(folder: &Path, command: &str) -> Command {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("exec {command}")])
            .current_dir(folder)
            .env("PATH", search_path())
            .env("HOME", folder)
            .env("XDG_STATE_HOME", folder.join("state"))
            .env_remove("PAYMENTS_CONFIG")
            .stdin(Stdio::null());
        shell
    }

    /// Runs a command to its end, or until a server is ready. Returns its exit status, if it ended, and what it printed.
    fn run(&self, command: &str) -> (Option<i32>, String) {
        let command = command.replace("http://127.0.0.1:3000", &self.program);
        if !serves(&command) {
            let mut shell = Self::shell(self.folder.path(), &command);
            let done = shell
                .env("PAYMENTS_SANDBOX_URL", &self.url)
                .output()
                .unwrap();
            let printed = [done.stdout, done.stderr].concat();
            return (
                done.status.code(),
                String::from_utf8_lossy(&printed).into_owned(),
            );
        }
        // In a folder of its own files: `payments dev` replaces the accounts file.
        let folder = TempDir::new().unwrap();
        for name in ["payments.toml", "payments.db"] {
            // Only some commands have made a database before.
            let _ = fs::copy(self.folder.path().join(name), folder.path().join(name));
        }
        let mut server = Self::shell(folder.path(), &on_free_ports(&command))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut lines = BufReader::new(server.stdout.take().unwrap());
        lines.read_line(&mut line).unwrap();
        let ended = match line.is_empty() {
            true => server.wait().unwrap().code(),
            false => None,
        };
        let _ = server.kill();
        let _ = server.wait();
        let _ = server.stderr.take().unwrap().read_to_string(&mut line);
        (ended, line)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}

/// The ports of the pages may be in use.
fn on_free_ports(command: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut is_address = false;
    for word in command.split(' ') {
        let port = word.rfind(':').filter(|_| is_address);
        words.push(match port {
            Some(at) => format!("{}:0", &word[..at]),
            None => word.to_owned(),
        });
        is_address = word == "--listen";
    }
    let missing = |option: &str| !command.contains(&format!("{option} "));
    if missing("--listen") && !command.starts_with("payments reconcile") {
        words.push("--listen 127.0.0.1:0".to_owned());
    }
    if command.starts_with("payments dev") {
        words.push("--listen-webhooks 127.0.0.1:0".to_owned());
    }
    words.join(" ")
}

/// Answers every request as a program does that takes all webhooks.
fn program() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 16 * 1024];
            let _ = stream.read(&mut buffer);
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nsuccess";
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn the_commands_of_the_pages_run() {
    let is_there = search_path_has("payments");
    if !is_there {
        eprintln!("skipped: `cargo test --workspace` builds the command `payments`");
        return;
    }
    let house = House::build();
    let folder = house.folder.path();
    fs::write(folder.join("customers.json"), r#"{"data":"[]"}"#).unwrap();
    for place in [
        ".local/share/bash-completion/completions",
        ".zfunc",
        ".config/fish/completions",
    ] {
        fs::create_dir_all(folder.join(place)).unwrap();
    }
    let mut all = pages();
    all.push(guide().join("../README.md"));
    all.retain(|page| !page.ends_with("signing.md"));
    all.sort();
    let (mut run, mut left, mut wrong) = (0, BTreeMap::<&str, usize>::new(), Vec::new());
    for Example { place, command } in all.iter().flat_map(|page| examples(page)) {
        if is_not_run(&command) {
            let (begin, _) = NOT_RUN
                .iter()
                .find(|(begin, _)| command.starts_with(begin))
                .unwrap();
            *left.entry(begin).or_default() += 1;
            continue;
        }
        let command = command.replace("cargo run -p payments-cli --", "payments");
        let expected = ENDS_WITH
            .iter()
            .find(|(begin, ..)| command.starts_with(begin));
        let expected = expected.map_or(0, |(_, status, _)| *status);
        let (ended, printed) = house.run(&command);
        run += 1;
        if ended.unwrap_or_default() != expected {
            wrong.push(format!(
                "{place}: {command}\nends with {ended:?}: {printed}"
            ));
        }
    }
    eprintln!("{run} commands of the guide run; not run, with the reasons in this file: {left:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(run > 40, "only {run} commands found");
    assert_eq!(left.len(), NOT_RUN.len(), "each reason has a command");
}

fn search_path_has(program: &str) -> bool {
    std::env::split_paths(&search_path()).any(|folder| folder.join(program).is_file())
}

/// What mdBook would say about the pages. It is not needed for the other tests.
#[test]
fn mdbook_builds_the_guide() {
    let program = std::env::var_os("MDBOOK").unwrap_or_else(|| "mdbook".into());
    let folder = TempDir::new().unwrap();
    let built = Command::new(program)
        .arg("build")
        .arg(guide())
        .arg("--dest-dir")
        .arg(folder.path())
        .output();
    let Ok(built) = built else {
        eprintln!(
            "skipped: mdbook is not installed; the tests of the pages check links, headings and the summary"
        );
        return;
    };
    let printed = [built.stdout, built.stderr].concat();
    let printed = String::from_utf8_lossy(&printed);
    assert!(built.status.success(), "{printed}");
    assert!(
        !printed.contains("WARN") && !printed.contains("ERROR"),
        "{printed}"
    );
    assert!(folder.path().join("how-do-i.html").is_file());
}
