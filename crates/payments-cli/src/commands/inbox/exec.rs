//! Runs a command for each event, until it succeeds.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use payments_core::BoxError;
use payments_store::{DetachedHandler, StoredEvent};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use super::event_json::event_json;
use super::log::log;
use crate::commands::input;
use crate::database;

/// The times that a command may be given. They are shorter than the lease of an event.
const LIMITS: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(50);

/// How long to wait for the end of the output of a command that has ended: a process that it started may keep it open.
const LAST_OUTPUT: Duration = Duration::from_millis(200);

/// How much of the output of a command is kept, in bytes. The rest is read and dropped.
const OUTPUT: usize = 4 * 1024;

/// A program with fixed arguments. No shell reads them.
#[derive(Clone)]
pub(super) struct Exec {
    program: String,
    arguments: Vec<String>,
    /// How long it may take.
    limit: Duration,
}

impl FromStr for Exec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = shlex::split(text).ok_or("a quotation mark is not closed")?;
        let mut words = words.into_iter();
        let program = words.next().ok_or("write a program and its arguments")?;
        check(&program)?;
        Ok(Self {
            program,
            arguments: words.collect(),
            limit: Duration::from_secs(30),
        })
    }
}

impl Exec {
    pub(super) fn limited_to(&self, limit: Duration) -> Self {
        Self {
            limit,
            ..self.clone()
        }
    }
}

/// How long a command may take.
pub(super) fn limit(text: &str) -> Result<Duration, &'static str> {
    let limit = input::duration(text)?;
    match LIMITS.contains(&limit) {
        true => Ok(limit),
        false => Err("write a time from 1s to 50s"),
    }
}

/// Looks for the program as the system will.
fn check(program: &str) -> Result<(), String> {
    let files = match program.contains(std::path::is_separator) {
        true => vec![PathBuf::from(program)],
        false => {
            let folders = std::env::var_os("PATH").unwrap_or_default();
            let folders = std::env::split_paths(&folders);
            folders.map(|folder| folder.join(program)).collect()
        }
    };
    let mut found = files.iter().filter(|file| file.is_file()).peekable();
    if found.peek().is_none() {
        return Err("there is no such program".to_owned());
    }
    match found.any(|file| is_executable(file)) {
        true => Ok(()),
        false => Err("the program is not executable".to_owned()),
    }
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata()
        .is_ok_and(|it| it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_file: &Path) -> bool {
    true
}

/// Arguments may contain a secret.
impl std::fmt::Debug for Exec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exec({})", self.program)
    }
}

#[async_trait]
impl DetachedHandler for Exec {
    /// The exit status 0 means that the command has booked the event.
    async fn handle(&self, event: &StoredEvent) -> Result<(), BoxError> {
        let key = event.effect_key().as_str();
        let body = event_json(event)?;
        // If this future is dropped, the command is killed.
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .env("PAYMENTS_EFFECT_KEY", key)
            .env_remove(database::VARIABLE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("the command cannot be started: {error}"))?;
        let output = Output::default();
        let status = tokio::time::timeout(self.limit, run(child, &body, &output)).await;
        let output = output.text();
        for line in output.lines() {
            log(key, line);
        }
        let limit = SignedDuration::try_from(self.limit)?;
        let status = status
            .map_err(|_| format!("the command took longer than {limit:#}, and was killed"))??;
        if status.success() {
            return Ok(());
        }
        let last = output.lines().next_back().unwrap_or("it wrote nothing");
        Err(format!("the command ended with {status}: {last}").into())
    }
}

async fn run(mut child: Child, body: &[u8], output: &Output) -> Result<ExitStatus, BoxError> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async move {
        if let Some(mut stdin) = stdin {
            // A command may succeed without reading all of it.
            let _ = stdin.write_all(body).await;
        }
    };
    let talk = async {
        tokio::join!(feed, output.read(stdout), output.read(stderr));
    };
    let mut talk = std::pin::pin!(talk);
    let status = tokio::select! {
        status = child.wait() => {
            let _ = tokio::time::timeout(LAST_OUTPUT, &mut talk).await;
            status
        }
        () = &mut talk => child.wait().await,
    };
    Ok(status?)
}

/// The beginning of what a command writes.
#[derive(Default)]
struct Output(Mutex<Vec<u8>>);

impl Output {
    async fn read(&self, source: Option<impl AsyncRead + Unpin>) {
        let Some(mut source) = source else {
            return;
        };
        let mut part = [0; 1024];
        while let Ok(count @ 1..) = source.read(&mut part).await {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let left = OUTPUT.saturating_sub(kept.len());
            kept.extend(part.iter().take(count.min(left)));
        }
    }

    fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }
}
