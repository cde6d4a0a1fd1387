//! Programs whose time and memory are limited, because a mutant may loop or allocate without end.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::run::shown;

/// Kilobytes of address space, far more than a test needs.
const MEMORY: &str = "12000000";

/// A program that cannot take more memory than this, nor more processor time than an hour if this command is killed first.
pub(super) fn program(path: impl AsRef<OsStr>) -> Command {
    let limits = format!("ulimit -v {MEMORY} 2>/dev/null; ulimit -t 3600; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limits]).arg(path);
    command
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ended {
    pub(super) success: bool,
    pub(super) after: Duration,
}

/// Runs it to its end, silently. When its time is over, it has failed. No process that it started is left.
pub(super) fn run(command: &mut Command, limit: Duration) -> Result<Ended, String> {
    command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let kill = || group.map(|group| kill_process_group(group, Signal::KILL));
    let status = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break Some(status),
            None if started.elapsed() >= limit => break None,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    // It fails if all have ended, as they should.
    let _ = kill();
    if status.is_none() {
        child.wait().map_err(|error| error.to_string())?;
    }
    Ok(Ended {
        success: status.is_some_and(|status| status.success()),
        after: started.elapsed(),
    })
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn failing_and_hanging_programs_fail_and_memory_is_limited() {
        let run = |script: &str, seconds| {
            let mut command = program("sh");
            command.args(["-c", script]);
            super::run(&mut command, Duration::from_secs(seconds)).unwrap()
        };
        assert!(run("true", 60).success);
        assert!(!run("exit 3", 60).success);
        assert!(!run("sleep 600", 1).success);
        assert!(run(&format!("test $(ulimit -v) = {MEMORY}"), 60).success);
    }

    #[test]
    fn what_it_started_ends_with_it() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("pid");
        let mut command = program("sh");
        command
            .args(["-c", "sleep 600 & echo $! >\"$0\""])
            .arg(&file);
        assert!(run(&mut command, Duration::from_secs(60)).unwrap().success);
        let pid = std::fs::read_to_string(file).unwrap();
        // Killed, it may wait for its new parent; then it has no command line.
        let alive = || {
            let line = std::fs::read(format!("/proc/{}/cmdline", pid.trim()));
            line.is_ok_and(|line| !line.is_empty())
        };
        while alive() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
