//! Runs the built `payments`, alone or with a sandbox in this process and an accounts file for it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use payments_sandbox::{Clock, Sandbox, SandboxBuilder};
use serde_json::Value;

#[path = "../../../../fixtures/leaks.rs"]
pub(crate) mod leaks;

/// How a run ended and what it printed.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Standard output as one JSON value.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.stdout))
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payments"));
    command
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn payments(arguments: &[&str], input: &str) -> Ran {
    let mut child = command(arguments).stdin(Stdio::piped()).spawn().unwrap();
    // A command that refuses its arguments does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    ended(child)
}

pub(crate) fn payments_with_input(arguments: &[&str], input: &Value) -> Ran {
    payments(arguments, &input.to_string())
}

/// The path of a golden file.
pub(crate) fn fixture(name: &str) -> String {
    format!(
        "{}/../../fixtures/signatures/{name}",
        env!("CARGO_MANIFEST_DIR")
    )
}
/// The time of a sandbox whose clock stands still.
pub(crate) const NOW_MS: u64 = 1_700_000_000_000;

pub(crate) struct Stage {
    runtime: tokio::runtime::Runtime,
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: PathBuf,
}

static STAGES: AtomicU32 = AtomicU32::new(0);

impl Stage {
    /// A C-Pay account. The clock stands still, so ids and times are the same in every run.
    pub(crate) fn cpay() -> Self {
        let stage = Self::with(|builder| builder.clock(Clock::manual(NOW_MS)).seed(7));
        stage.write_config(&stage.cpay_account("main"));
        stage
    }

    /// An account at each provider, with the machine's clock.
    pub(crate) fn all() -> Self {
        let stage = Self::with(|builder| builder);
        let base_url = stage.sandbox.base_url();
        let all = stage.sandbox.credentials();
        let opay = &all.chainup_opay;
        std::fs::write(stage.folder.join("own.pem"), &opay.merchant_private_key).unwrap();
        std::fs::write(stage.folder.join("platform.pem"), &opay.platform_public_key).unwrap();
        let others = format!(
            "[[gateway]]\nprovider = \"chainup-opay\"\naccount = \"main\"\nbase_url = \"{base_url}\"\n\
             app_id = \"{}\"\nprivate_key = {{ file = \"own.pem\" }}\nplatform_key = {{ file = \"platform.pem\" }}\n\n\
             [[gateway]]\nprovider = \"ccpayment\"\nversion = \"v1\"\naccount = \"main\"\nbase_url = \"{base_url}/ccpayment/v1/\"\n\
             app_id = \"{}\"\napp_secret = {{ env = \"CCPAYMENT_APP_SECRET\" }}\n",
            opay.app_id, all.ccpayment.app_id
        );
        stage.write_config(&format!("{}\n{others}", stage.cpay_account("main")));
        stage
    }

    pub(crate) fn with(set: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let sandbox = runtime.block_on(set(Sandbox::builder()).start()).unwrap();
        let number = STAGES.fetch_add(1, Ordering::Relaxed);
        let name = format!("payments-cli-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            runtime,
            sandbox,
            folder,
        }
    }

    pub(crate) fn cpay_account(&self, name: &str) -> String {
        self.cpay_account_at(name, self.sandbox.base_url())
    }

    pub(crate) fn cpay_account_at(&self, name: &str, base_url: &str) -> String {
        let id = &self.sandbox.credentials().cpay.merchant_id;
        format!(
            "[[gateway]]\nprovider = \"cpay\"\naccount = \"{name}\"\nbase_url = \"{base_url}\"\n\
             merchant_id = \"{id}\"\nsecret = {{ env = \"CPAY_SECRET\" }}\n"
        )
    }

    pub(crate) fn write_config(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join("payments.toml")
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// `payments` in the folder of the accounts file, with the secrets in its environment and no input.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let all = self.sandbox.credentials();
        let mut command = command(arguments);
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env_remove("PAYMENTS_CONFIG")
            .env("XDG_STATE_HOME", self.folder.join("state"))
            .env("CPAY_SECRET", &all.cpay.secret)
            .env("CCPAYMENT_APP_SECRET", &all.ccpayment.app_secret);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ended(self.command(arguments).spawn().unwrap())
    }

    /// As [`run`](Self::run) with `--json`. Returns the exit status and the object, in which the sandbox's address is
    /// replaced by `http://sandbox`.
    pub(crate) fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let ran = self.run(&all);
        assert_eq!(without_note(&ran.stderr), "", "{arguments:?}");
        let same = ran
            .stdout
            .replace(self.sandbox.base_url(), "http://sandbox");
        let value = serde_json::from_str(&same).unwrap_or_else(|error| panic!("{error}: {same}"));
        (ran.status, value)
    }

    /// A running `payments webhook listen --json`.
    pub(crate) fn listen(&self, arguments: &[&str]) -> Listening {
        let mut all = vec!["webhook", "listen", "--json", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        let mut child = self.command(&all).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut listening = Listening {
            child,
            lines,
            first: Value::Null,
        };
        listening.first = listening.next();
        listening
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Stopped when dropped.
pub(crate) struct Listening {
    child: Child,
    lines: BufReader<ChildStdout>,
    first: Value,
}

impl Listening {
    /// The URL for an account's webhooks; with an empty name, the URL in front of all accounts.
    pub(crate) fn url(&self, gateway: &str) -> String {
        if gateway.is_empty() {
            let url = self.url("cpay/main");
            return url.strip_suffix("/cpay/main").unwrap().to_owned();
        }
        let places = self.first["listening"].as_array().unwrap();
        let place = places.iter().find(|place| place["gateway"] == gateway);
        place.unwrap()["url"].as_str().unwrap().to_owned()
    }

    pub(crate) fn next(&mut self) -> Value {
        let line = line_of(&mut self.lines);
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it ends.
    pub(crate) fn end(mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Standard error without the line that names the ticket's file.
pub(crate) fn without_note(stderr: &str) -> &str {
    match stderr.split_once('\n') {
        Some((note, rest)) if note.starts_with("ticket of this call, kept until") => rest,
        _ => stderr,
    }
}

pub(crate) fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let ran = Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    leaks::check("standard output", &ran.stdout);
    leaks::check("standard error", &ran.stderr);
    ran
}

/// The next line of a running command. The first one of a sandbox has its credentials on purpose.
pub(crate) fn line_of(lines: &mut impl BufRead) -> String {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    if !line.contains("\"credentials\":") {
        leaks::check("a line", &line);
    }
    line
}

/// A gateway that accepts connections and never responds: its address, and the listener to keep.
pub(crate) fn silent() -> (String, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (
        format!("http://{}", listener.local_addr().unwrap()),
        listener,
    )
}

/// A gateway that gives every request the same answer: its URL, and the requests so far.
pub(crate) fn answering(answer: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).unwrap() > 0 {
                let line = head.lines().last().unwrap_or_default().to_lowercase();
                if let Some(number) = line.strip_prefix("content-length:") {
                    length = number.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            seen.lock()
                .unwrap()
                .push(head + &String::from_utf8_lossy(&body));
            // The client may be gone.
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    });
    (url, requests)
}

/// An answer with a status, a type and a body.
pub(crate) fn response(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

pub(crate) fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Sends one HTTP request and returns the response as text.
pub(crate) fn http(address: &str, request_line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{request_line} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    leaks::check("a response", &response);
    response
}

/// The resident memory of a process.
#[cfg(target_os = "linux")]
pub(crate) fn memory_kib(pid: u32) -> u64 {
    let status = text(Path::new(&format!("/proc/{pid}/status")));
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.unwrap().trim().trim_end_matches(" kB");
    number.parse().unwrap()
}
