//! A private PostgreSQL server for the tests. It ends with the test process.

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use payments_store::engine::{Engine, Postgres};

/// Makes the cluster in the folder `$2`, serves it on the port `$3`, and removes it at the end of standard input.
const SCRIPT: &str = r#"
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$2/log" 2>&1 || exit 1
"$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c max_connections=300 >>"$2/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
rm -rf "$2"
"#;

struct Cluster {
    url: String,
    /// Its standard input ends with this process.
    _server: Child,
}

/// The URL of a new, empty schema. `None` if no PostgreSQL is installed.
pub(crate) async fn new_url() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let cluster = CLUSTER.get_or_init(start).as_ref()?;
    let server = connect(&cluster.url).await;
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::SeqCst));
    let mut tx = server.begin().await.unwrap();
    tx.execute(&format!("CREATE SCHEMA {name}"), &[])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    Some(format!("{}?options=-c%20search_path%3D{name}", cluster.url))
}

/// Waits until the server accepts connections.
async fn connect(url: &str) -> Postgres {
    let mut last = None;
    for _ in 0..600 {
        match Postgres::connect(url).await {
            Ok(server) => return server,
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the server of the tests does not start: {last:?}");
}

fn start() -> Option<Cluster> {
    let Some(programs) = programs() else {
        println!("skipped: PostgreSQL is not installed");
        return None;
    };
    let folder = tempfile::Builder::new()
        .prefix("payments-store-")
        .tempdir()
        .unwrap()
        .keep();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut command = Command::new("sh");
    command
        .args(["-c", SCRIPT, "sh"])
        .arg(programs)
        .arg(&folder)
        .arg(port.to_string());
    command.stdin(Stdio::piped()).current_dir("/");
    // The server refuses to run as root.
    if number("id", &["-u"]) == Some(0) {
        let user = ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Some((number("id", &["-u", name])?, number("id", &["-g", name])?)));
        let (uid, gid) = user.expect("a user that is not root");
        std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).unwrap();
        command.uid(uid).gid(gid);
    }
    let server = command.spawn().unwrap();
    std::io::stdout().flush().unwrap();
    Some(Cluster {
        url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        _server: server,
    })
}

/// The folder with `initdb` and `postgres`, the latest version.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let folders = versions.map(|version| version.unwrap().path().join("bin"));
    let is_complete =
        |folder: &PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&on_path).map(|folder| Path::new(&folder).to_owned());
    folders.chain(on_path).filter(is_complete).max()
}

fn number(program: &str, arguments: &[&str]) -> Option<u32> {
    let output = Command::new(program).args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
