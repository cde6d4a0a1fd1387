//! A process of this program that receives webhooks.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::receiver;
use crate::demo::story::Result;

/// It ends with this value, and at the latest with this process: its standard input ends then.
pub(super) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    _input: Option<ChildStdin>,
}

impl Process {
    /// Starts it, and waits until it listens.
    pub(super) async fn start(folder: &Path, address: SocketAddr) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["demo", "--receiver"])
            .arg(folder)
            .arg(address.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or("the receiver has no output")?;
        let mut process = Self {
            lines: BufReader::new(output).lines(),
            _input: child.stdin.take(),
            child,
        };
        process.line(receiver::LISTENING).await?;
        Ok(process)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Waits for this line.
    pub(super) async fn line(&mut self, expected: &str) -> Result<()> {
        // Everything runs on this machine, so a line that takes longer does not come.
        let line = tokio::time::timeout(Duration::from_secs(30), self.lines.next_line());
        let line = line.await.map_err(|_| "the receiver does nothing")??;
        match line {
            Some(line) if line == expected => Ok(()),
            other => Err(format!("the receiver printed {other:?}, not {expected:?}").into()),
        }
    }

    /// Ends it at once: on Unix by signal 9.
    pub(super) async fn kill(&mut self) -> Result<ExitStatus> {
        self.child.start_kill()?;
        Ok(self.child.wait().await?)
    }
}
