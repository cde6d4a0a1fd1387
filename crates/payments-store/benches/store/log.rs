//! The least that durable intake needs: a log in a file, where everything that waits is written and synchronised together.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

/// As many as the store commits together.
const BATCH: usize = 256;

#[derive(Clone, Debug)]
pub(crate) struct Log(mpsc::Sender<(Bytes, oneshot::Sender<()>)>);

impl Log {
    pub(crate) fn open(path: &Path) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let (sender, waiting) = mpsc::channel(1024);
        tokio::spawn(write(file.unwrap(), waiting));
        Self(sender)
    }

    /// Ready when it is on the disk.
    pub(crate) async fn keep(&self, body: Bytes) {
        let (reply, done) = oneshot::channel();
        self.0.send((body, reply)).await.unwrap();
        done.await.unwrap();
    }
}

async fn write(mut file: File, mut waiting: mpsc::Receiver<(Bytes, oneshot::Sender<()>)>) {
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (bodies, replies): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let written = tokio::task::spawn_blocking(move || {
            file.write_all(&bodies.concat()).unwrap();
            file.sync_data().unwrap();
            file
        });
        file = written.await.unwrap();
        for reply in replies {
            reply.send(()).unwrap();
        }
    }
}
