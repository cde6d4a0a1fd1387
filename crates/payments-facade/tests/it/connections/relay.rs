//! A server before the sandbox that treats kept connections badly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens when a second request comes on a connection.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Habit {
    /// The connection was about to be closed: it is closed, and the request is not read.
    CloseKept,
    /// A copy of the previous answer comes first, as a late answer would, and then the right one.
    AnswerLate,
}

pub(crate) struct Relay {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
    spoiled: Arc<AtomicUsize>,
}

impl Relay {
    /// Forwards to the sandbox at this URL.
    pub(crate) async fn start(habit: Habit, sandbox: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (connections, spoiled): (Arc<AtomicUsize>, Arc<AtomicUsize>) = Default::default();
        let counts = (Arc::clone(&connections), Arc::clone(&spoiled));
        let sandbox = sandbox.strip_prefix("http://").unwrap().to_owned();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counts.0.fetch_add(1, Ordering::Relaxed);
                let (sandbox, spoiled) = (sandbox.clone(), Arc::clone(&counts.1));
                tokio::spawn(async move { serve(stream, habit, &sandbox, &spoiled).await });
            }
        });
        Self {
            url,
            connections,
            spoiled,
        }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// How many requests came on a connection that was already used.
    pub(crate) fn spoiled(&self) -> usize {
        self.spoiled.load(Ordering::Relaxed)
    }
}

/// Ends with the connection.
async fn serve(
    mut stream: TcpStream,
    habit: Habit,
    sandbox: &str,
    spoiled: &AtomicUsize,
) -> Option<()> {
    let mut previous: Option<Vec<u8>> = None;
    loop {
        let request = read_request(&mut stream).await?;
        if let Some(previous) = previous {
            spoiled.fetch_add(1, Ordering::Relaxed);
            match habit {
                Habit::CloseKept => return None,
                Habit::AnswerLate => stream.write_all(&previous).await.ok()?,
            }
        }
        let answer = forward(&request, sandbox).await?;
        stream.write_all(&answer).await.ok()?;
        previous = Some(answer);
    }
}

/// A head and a body with a length.
async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    loop {
        if let Some(head) = read.windows(4).position(|part| part == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
            let length = text.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
            if read.len() >= head + 4 + length.unwrap_or(0) {
                return Some(read);
            }
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

/// The sandbox's answer, as of a server that keeps the connection.
async fn forward(request: &[u8], sandbox: &str) -> Option<Vec<u8>> {
    let mut upstream = TcpStream::connect(sandbox).await.ok()?;
    let line = request.windows(2).position(|part| part == b"\r\n")?;
    upstream.write_all(&request[..line]).await.ok()?;
    let close = b"\r\nconnection: close";
    upstream.write_all(close).await.ok()?;
    upstream.write_all(&request[line..]).await.ok()?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await.ok()?;
    let closes = answer.windows(close.len()).position(|part| part == close)?;
    answer.drain(closes..closes + close.len());
    Some(answer)
}
