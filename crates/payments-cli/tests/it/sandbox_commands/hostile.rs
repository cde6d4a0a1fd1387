//! A sandbox elsewhere whose texts have control characters: they do not reach the terminal.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use super::create;
use crate::support::{Stage, response};

/// Clears the screen, and begins a line.
const CONTROLS: &str = "\u{1b}[2J\r\u{7}\n\u{9b}31m";

/// Adds the control characters to every text of a JSON value.
fn spoil(value: &mut Value) {
    match value {
        Value::String(text) => text.push_str(CONTROLS),
        Value::Array(rows) => rows.iter_mut().for_each(spoil),
        Value::Object(fields) => fields.values_mut().for_each(spoil),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Passes requests on to a sandbox, and spoils the answers. Returns the URL.
fn spoiled(sandbox: std::net::SocketAddr) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = BufReader::new(client.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") && client.read_line(&mut head).unwrap() > 0 {
                let line = head.lines().last().unwrap_or_default().to_lowercase();
                if let Some(number) = line.strip_prefix("content-length:") {
                    length = number.trim().parse().unwrap();
                }
            }
            let mut request = head
                .replacen("\r\n", "\r\nConnection: close\r\n", 1)
                .into_bytes();
            let at = request.len();
            request.resize(at + length, 0);
            client.read_exact(&mut request[at..]).unwrap();
            let mut stream = TcpStream::connect(sandbox).unwrap();
            stream.write_all(&request).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let status = head.lines().next().unwrap().split_once(' ').unwrap().1;
            let mut body: Value = serde_json::from_str(body).unwrap();
            spoil(&mut body);
            let answer = response(status, "application/json", &body.to_string());
            // The client may be gone.
            let _ = client.get_mut().write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn prints_no_control_character_of_a_sandbox_elsewhere() {
    let stage = Stage::cpay();
    let hook = ["--notify-url", "http://127.0.0.1:9/hook"];
    let order = ["checkout", "create", "order-1", "10.50", "USDT"];
    let made = stage.run(&[&order[..], &["--customer", "c"], &hook].concat());
    assert_eq!(made.status, 0, "{}", made.stderr);
    for reference in ["order-2", "order-3"] {
        create(&stage, reference);
    }
    let url = spoiled(stage.sandbox.local_addr());
    let url = ["--url", url.as_str()];
    for (line, status) in [
        ("pay order-1", 0),
        ("expire order-2", 0),
        ("expire nothing", 1),
        ("reject order-1", 1),
        ("orders list", 0),
        ("orders show order-1", 0),
        ("orders show nothing", 1),
        ("requests list", 0),
        ("requests show 1", 0),
        ("deliveries list", 0),
        ("deliveries show 1", 0),
        ("resend 1", 0),
        ("resend 9", 1),
        ("fault cpay --call withdraw --code 1", 0),
        ("fault cpay --set what=7", 2),
        ("fault --list", 0),
        ("fault --kinds", 0),
        ("clock --advance 1h", 0),
        ("health", 0),
        ("settings list", 0),
        ("settings set nothing=1", 2),
        ("reset --yes", 0),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = stage.run(&[&["sandbox"][..], &words, &url].concat());
        assert_eq!(ran.status, status, "{line}: {}{}", ran.stdout, ran.stderr);
        let text = ran.stdout + &ran.stderr;
        let control = text
            .char_indices()
            .find(|(_, letter)| letter.is_control() && *letter != '\n');
        assert!(control.is_none(), "{line}: {control:?} in {text:?}");
    }
}
