//! The memory of the servers is bounded, whatever strangers send.
#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use crate::listener::address;
use crate::support::{Stage, command, memory_kib};

/// How many files this process may have open.
fn file_handles() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft = line.unwrap().split_whitespace().nth(3).unwrap();
    soft.parse().unwrap_or(usize::MAX)
}

/// Strangers hold large bodies and idle connections open. Prints the memory of the server with `--nocapture`.
#[allow(clippy::print_stdout, reason = "the figures are the result")]
fn flood(name: &str, pid: u32, to: &str, path: &str, is_served: impl Fn() -> bool) {
    // Both tests need most of the file handles that there are.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock();
    let count = (file_handles() / 2).min(10_000);
    if count < 10_000 {
        println!("{count} connections only: that is half of the file handles");
    }
    assert!(is_served());
    let before = memory_kib(pid);
    let part = "x".repeat(1_900_000);
    let mut posts = Vec::new();
    for number in 0..count.min(400) {
        let Ok(stream) = TcpStream::connect(to) else {
            continue;
        };
        // Most of a body is sent only as far as the server takes it.
        stream.set_nonblocking(true).unwrap();
        let body = match number % 2 {
            0 => format!("Content-Length: 1900001\r\n\r\n{part}"),
            _ => format!("Transfer-Encoding: chunked\r\n\r\n1cfde1\r\n{part}"),
        };
        let request = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{body}").into_bytes();
        posts.push((stream, request, 0));
    }
    for _ in 0..20 {
        for (stream, request, sent) in &mut posts {
            // A refused connection can be closed already.
            while let Ok(more) = stream.write(&request[*sent..]) {
                *sent += more;
                if more == 0 {
                    break;
                }
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let during_posts = memory_kib(pid);
    drop(posts);

    let mut idle = Vec::new();
    while idle.len() < count {
        idle.push(TcpStream::connect(to).unwrap());
    }
    let during_idle = memory_kib(pid);
    // Their senders hold them open, so the server has to close them. It does so after 10 seconds, the sandbox after 20.
    let served = (0..400).any(|_| {
        let served = is_served();
        std::thread::sleep(Duration::from_millis(if served { 0 } else { 250 }));
        served
    });
    assert!(served, "nothing gets through any more");
    drop(idle);
    let after = memory_kib(pid);
    println!(
        "{name}: RSS in KiB: {before} before, {during_posts} under 400 posts of 1.9 MB, {during_idle} under {count} idle connections, {after} after"
    );
    for memory in [during_posts, during_idle, after] {
        let grown = memory.saturating_sub(before);
        assert!(grown < 96 * 1024, "{grown} KiB more");
    }
}

#[test]
fn memory_of_the_listener_is_bounded() {
    let stage = Stage::cpay();
    let listening = stage.listen(&[]);
    let url = listening.url("cpay/main");
    let is_served = || stage.run(&["webhook", "send", &url]).status == 0;
    let to = address(&listening);
    flood(
        "webhook listen",
        listening.pid(),
        &to,
        "/cpay/main",
        is_served,
    );
}

#[test]
fn memory_of_the_sandbox_is_bounded() {
    let mut child = command(&["sandbox", "--listen", "127.0.0.1:0", "--json"])
        .stdin(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut lines, &mut line).unwrap();
    // What it prints is read and thrown away, so that it can print.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    let first: Value = serde_json::from_str(&line).unwrap();
    let to = first["base_url"].as_str().unwrap()["http://".len()..].to_owned();
    let is_served = || {
        let mut stream = TcpStream::connect(&to).unwrap();
        let request =
            "GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let mut answer = String::new();
        // A refused connection can be reset.
        stream.write_all(request.as_bytes()).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200 ")
    };
    flood(
        "sandbox",
        child.id(),
        &to,
        "/openapi/v1/submitKYC",
        is_served,
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
