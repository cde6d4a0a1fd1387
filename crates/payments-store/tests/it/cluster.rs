//! A private PostgreSQL server for the tests. It ends with the test process.

#[path = "../../../../fixtures/skip.rs"]
pub(crate) mod skip;

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
        fill) cat /dev/zero >"$folder/filler" 2>/dev/null ;;
        free) rm "$folder/filler" ;;
    esac
done
kill -QUIT $!
wait
# A small disk is removed by the shell that mounted it.
rm -rf "$folder" 2>/dev/null
"#;

/// Mounts a file system of the size `$1` at `$2` that only this process and its children see, for the user `$3` of the group `$4`.
/// Then that user runs what follows.
const SMALL_DISK: &str = r#"
mount -t tmpfs -o "size=$1,uid=$3,gid=$4,mode=700" tmpfs "$2" || exit 1
disk="$2" uid="$3" gid="$4"
shift 4
setpriv --reuid="$uid" --regid="$gid" --clear-groups "$@"
status=$?
umount "$disk"
rmdir "$disk"
exit $status
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
        start(None, settings, files)
    }

    /// A server whose files are on a small disk. `None` if no PostgreSQL is installed, or nothing can be mounted.
    pub(crate) fn on_small_disk(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut probe = Command::new("unshare");
        probe.args(["--mount", "sh", "-c", SMALL_DISK, "sh", size]);
        let probe = probe.arg(folder.path()).args(["0", "0", "true"]).output();
        match probe {
            Ok(done) if done.status.success() => start(Some(size), &[], &[]),
            other => {
                println!("skipped: a small file system cannot be mounted here: {other:?}");
                None
            }
        }
    }

    /// Leaves no space on its disk.
    pub(crate) fn fill(&mut self) {
        self.order("fill");
    }

    /// Makes space again.
    pub(crate) fn free(&mut self) {
        self.order("free");
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

/// The names of the tests' schemas, before the number of the process.
const SCHEMAS: &str = "payments_store_test_";

/// The URL of a new, empty schema: of a server that ends with this process, or of the one in `TEST_POSTGRES_URL`. `None` if no
/// PostgreSQL is installed.
pub(crate) async fn new_url() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let running = std::env::var("TEST_POSTGRES_URL").ok();
    let url = match &running {
        Some(url) => url,
        None => &CLUSTER.get_or_init(|| start(None, &[], &[])).as_ref()?.url,
    };
    assert!(!url.contains('?'), "TEST_POSTGRES_URL has a query");
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let server = connect(url).await;
    if running.is_some() && count == 0 {
        drop_old_schemas(&server).await;
    }
    let name = format!("{SCHEMAS}{}_{count}", std::process::id());
    let mut tx = server.begin().await.unwrap();
    // An earlier process may have had the same number.
    for sql in [
        "DROP SCHEMA IF EXISTS {name} CASCADE",
        "CREATE SCHEMA {name}",
    ] {
        let sql = sql.replace("{name}", &name);
        tx.execute(&sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    Some(format!("{url}?options=-c%20search_path%3D{name}"))
}

/// Drops those of processes that have ended, a few at a time, because each table takes a lock.
async fn drop_old_schemas(server: &Postgres) {
    if !Path::new("/proc/self").exists() {
        return;
    }
    let sql = "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname::text, $1)
        AND pg_try_advisory_xact_lock(7)";
    let mut tx = server.begin().await.unwrap();
    let rows = tx.query(sql, &[SCHEMAS.into()]).await.unwrap();
    let names = rows.iter().map(|row| row.text(0).unwrap());
    let has_ended = |name: &&str| {
        let process = name
            .strip_prefix(SCHEMAS)
            .and_then(|rest| rest.split('_').next());
        let process = process.filter(|process| process.parse::<u32>().is_ok());
        process.is_some_and(|process| !Path::new("/proc").join(process).exists())
    };
    for name in names.filter(has_ended).take(20) {
        let sql = format!("DROP SCHEMA {name} CASCADE");
        tx.execute(&sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
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

fn start(disk: Option<&str>, settings: &[&str], files: &[(&str, String)]) -> Option<Cluster> {
    let Some(programs) = programs() else {
        skip::without("postgresql");
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
    // The server refuses to run as root.
    let user = (number("id", &["-u"]) == Some(0)).then(service_user);
    let mut command = match (disk, user) {
        (Some(size), Some((uid, gid))) => {
            let mut command = Command::new("unshare");
            command.args(["--mount", "sh", "-c", SMALL_DISK, "sh", size]);
            command
                .arg(&folder)
                .args([uid, gid].map(|id| id.to_string()));
            command.arg("sh");
            command
        }
        _ => Command::new("sh"),
    };
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
    if let Some((uid, gid)) = user {
        for path in &owned {
            std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
        }
        // With a disk, it is root who mounts it.
        if disk.is_none() {
            command.uid(uid).gid(gid);
        }
    }
    let server = command.spawn().unwrap();
    std::io::stdout().flush().unwrap();
    Some(Cluster {
        url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        server,
    })
}

/// A user that is not root, and the group.
pub(crate) fn service_user() -> (u32, u32) {
    let user = ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| Some((number("id", &["-u", name])?, number("id", &["-g", name])?)));
    user.expect("a user that is not root")
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

pub(crate) fn number(program: &str, arguments: &[&str]) -> Option<u32> {
    let output = Command::new(program).args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
