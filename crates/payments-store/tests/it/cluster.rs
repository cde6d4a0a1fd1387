//! A private PostgreSQL server for the tests. It ends with the test process.

use std::fs::Permissions;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use payments_store::engine::{Engine, Postgres};

/// Makes the cluster in the folder `$2` and serves it on the port `$3` with the settings that follow. It stops at once and starts
/// again as standard input orders, and is removed at the end of it.
const SCRIPT: &str = r#"
bin="$1" folder="$2" port="$3"
shift 3
"$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 || exit 1
serve() {
    "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
        -c max_connections=300 "$@" >>"$folder/log" 2>&1 &
}
serve "$@"
while read -r order; do
    case "$order" in
        stop) kill -QUIT $!; wait ;;
        start) serve "$@" ;;
    esac
done
kill -QUIT $!
wait
rm -rf "$folder"
"#;

/// A server.
pub(crate) struct Cluster {
    pub(crate) url: String,
    /// Its standard input ends with this process.
    server: Child,
}

impl Cluster {
    /// A server of one test, with these settings and files in the folder `{folder}`. `None` if no PostgreSQL is installed.
    pub(crate) fn new(settings: &[&str], files: &[(&str, String)]) -> Option<Self> {
        start(settings, files)
    }

    /// As `pg_ctl stop -m immediate`: it closes every connection, and writes nothing more.
    pub(crate) fn stop(&mut self) {
        self.order("stop");
    }

    pub(crate) fn start(&mut self) {
        self.order("start");
    }

    fn order(&mut self, order: &str) {
        let input = self.server.stdin.as_mut().unwrap();
        writeln!(input, "{order}").unwrap();
        input.flush().unwrap();
    }
}

/// The URL of a new, empty schema. `None` if no PostgreSQL is installed.
pub(crate) async fn new_url() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let cluster = CLUSTER.get_or_init(|| start(&[], &[])).as_ref()?;
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
pub(crate) async fn connect(url: &str) -> Postgres {
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

fn start(settings: &[&str], files: &[(&str, String)]) -> Option<Cluster> {
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
        .arg(port.to_string())
        .args(
            settings
                .iter()
                .map(|it| it.replace("{folder}", folder.to_str().unwrap())),
        );
    let mut owned = vec![folder.clone()];
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        owned.push(path);
    }
    command.stdin(Stdio::piped()).current_dir("/");
    // The server refuses to run as root.
    if number("id", &["-u"]) == Some(0) {
        let user = ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Some((number("id", &["-u", name])?, number("id", &["-g", name])?)));
        let (uid, gid) = user.expect("a user that is not root");
        for path in &owned {
            std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
        }
        command.uid(uid).gid(gid);
    }
    let server = command.spawn().unwrap();
    std::io::stdout().flush().unwrap();
    Some(Cluster {
        url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        server,
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
