//! The sandbox's state file: whatever its documents are, the sandbox starts with them or says in one line what is wrong. What it has
//! read it writes again, so that the next start shows the same orders and balances.

use std::path::Path;
use std::sync::LazyLock;

use payments_sandbox::{Sandbox, StartError};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::admin::{LISTS, shown};
use crate::requests;

/// Lines of owner, kind, key and body, with tabs between them.
pub(crate) fn state_file(input: &[u8]) -> bool {
    /// A file without documents.
    static EMPTY: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let folder = folder();
        let file = made(folder.path(), false);
        let documents = Connection::open(&file).unwrap();
        documents.execute("DELETE FROM documents", ()).unwrap();
        drop(documents);
        std::fs::read(file).unwrap()
    });
    let Ok(text) = str::from_utf8(input) else {
        return false;
    };
    let folder = folder();
    let file = folder.path().join("state.db");
    std::fs::write(&file, &*EMPTY).unwrap();
    write(&file, text);
    requests::runtime().block_on(async {
        let sandbox = match start(&file).await {
            Ok(sandbox) => sandbox,
            Err(StartError::StateFile(error)) => {
                assert!(!error.to_string().contains('\n'), "{error}");
                return false;
            }
            Err(other) => panic!("{other}"),
        };
        let before = all(&sandbox).await;
        sandbox.close().await.unwrap();
        let again = start(&file).await.unwrap();
        assert_eq!(all(&again).await, before);
        again.close().await.unwrap();
        true
    })
}

/// In memory, where there is such a place: a file for each input is much for a disk.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    folder.unwrap()
}

async fn start(file: &Path) -> Result<Sandbox, StartError> {
    requests::sandbox().state_file(file).start().await
}

/// What a program is shown of orders and balances.
async fn all(sandbox: &Sandbox) -> Vec<Value> {
    // Attempts to send webhooks end at any time, so deliveries are only read.
    for path in LISTS {
        shown(sandbox, path).await;
    }
    let mut all = Vec::new();
    for path in ["/_sandbox/orders", "/_sandbox/balances"] {
        all.push(shown(sandbox, path).await);
    }
    all
}

fn write(file: &Path, text: &str) {
    let mut documents = Connection::open(file).unwrap();
    let documents = documents.transaction().unwrap();
    for line in text.lines() {
        let mut parts = line.splitn(4, '\t');
        let mut part = || parts.next().unwrap_or_default();
        let insert = "INSERT OR REPLACE INTO documents VALUES (?1, ?2, ?3, ?4)";
        let row = (part(), part(), part(), part());
        documents.execute(insert, row).unwrap();
    }
    documents.commit().unwrap();
}

/// The state file of a sandbox, with the orders of the recorded requests or without any.
fn made(folder: &Path, with_orders: bool) -> std::path::PathBuf {
    let file = folder.join("made.db");
    requests::runtime().block_on(async {
        let sandbox = start(&file).await.unwrap();
        if with_orders {
            requests::send_recorded(&sandbox, |_| true).await;
        }
        sandbox.close().await.unwrap();
    });
    file
}

/// The documents of each owner in a file that a sandbox made.
pub(crate) fn documents() -> Vec<Vec<u8>> {
    let folder = folder();
    let file = Connection::open(made(folder.path(), true)).unwrap();
    let lines = "SELECT group_concat(owner || char(9) || kind || char(9) || key || char(9) || body, char(10))
        FROM documents GROUP BY owner ORDER BY owner";
    let mut lines = file.prepare(lines).unwrap();
    let owners = lines.query_map((), |row| row.get::<_, String>(0)).unwrap();
    owners.map(|text| text.unwrap().into_bytes()).collect()
}
