//! Databases that cannot be used: one clear sentence each, and nothing is lost.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use payments_store::engine::{Engine as _, Postgres, Sqlite};

use crate::cluster;
use crate::inbox::{Serving, database, deliveries, migrate, webhook};
use crate::support::{Ran, Stage, ended, http};

/// A command line, and what comes of it.
struct Case {
    line: Vec<String>,
    status: i32,
    sentence: &'static str,
}

fn case(line: &str, database: &str, status: i32, sentence: &'static str) -> Case {
    let mut line: Vec<String> = line.split(' ').map(str::to_owned).collect();
    if !database.is_empty() {
        line.extend(["--database".to_owned(), database.to_owned()]);
    }
    Case {
        line,
        status,
        sentence,
    }
}

/// One sentence, which names what is wrong.
fn one_sentence(what: &str, ran: &Ran, status: i32, sentence: &str) {
    assert_eq!(ran.status, status, "{what}: {}", ran.stderr);
    assert!(ran.stderr.contains(sentence), "{what}: {}", ran.stderr);
    let lines = ran.stderr.lines().filter(|line| !line.is_empty());
    let sentences = lines.filter(|line| !line.starts_with("For more information"));
    assert_eq!(sentences.count(), 1, "{what}: {}", ran.stderr);
    assert!(
        !ran.stderr.contains("panicked") && !ran.stderr.contains("secret"),
        "{what}: {}",
        ran.stderr
    );
}

fn check(stage: &Stage, cases: &[Case]) {
    for one in cases {
        let words: Vec<&str> = one.line.iter().map(String::as_str).collect();
        one_sentence(
            &words.join(" "),
            &stage.run(&words),
            one.status,
            one.sentence,
        );
    }
}

#[test]
fn malformed_urls_and_files_that_are_no_database() {
    let stage = Stage::cpay();
    let text = stage.folder.join("notes.txt");
    std::fs::write(&text, "not a database".repeat(1_000)).unwrap();
    let text = format!("sqlite:{}", text.display());
    let unreadable = "the database is misconfigured: the URL cannot be read";
    check(
        &stage,
        &[
            case("inbox list", "", 2, "PAYMENTS_DATABASE"),
            case("intents list", "", 2, "PAYMENTS_DATABASE"),
            case("db prune", "mysql://h/d", 2, "sqlite:FILE or postgres://"),
            case("inbox list", "payments.db", 2, "sqlite:FILE or postgres://"),
            case("inbox list", "sqlite:", 2, "sqlite:FILE or postgres://"),
            case(
                "inbox list",
                "postgres:h/d",
                2,
                "sqlite:FILE or postgres://",
            ),
            case(
                "db check",
                "sqlite::memory:",
                2,
                "a database in memory would end with the command",
            ),
            case(
                "db check",
                "sqlite://payments.db",
                2,
                "without slashes before a relative path",
            ),
            case(
                "inbox list",
                "sqlite:/no/such/file",
                2,
                "payments db migrate",
            ),
            case(
                "db migrate",
                "sqlite:/no/such/folder/file",
                2,
                "the folder of the database does not exist",
            ),
            case("db migrate", &text, 1, "not a database"),
            // Status 1 would mean that the call took no effect.
            case("intents resolve payout-7", &text, 2, "not a database"),
            case("intents resolve --due", &text, 2, "not a database"),
            case("db migrate", "sqlite:/", 2, "the database is a folder"),
            case(
                "db migrate",
                "sqlite:payments.db?mode=ro",
                2,
                "without parameters behind a question mark",
            ),
            case(
                "db check",
                "postgres://u:secret@127.0.0.1:1/d",
                1,
                "error: the database cannot be opened or reached",
            ),
            case(
                "db check",
                "postgres://u:secret@no-such-host.invalid/d",
                1,
                "error: the database cannot be opened or reached",
            ),
            case("db check", "postgres://u:secret@h:99999/d", 2, unreadable),
            case(
                "db check",
                "postgres://u:secret@h/d?sslmode=maybe",
                2,
                unreadable,
            ),
            case(
                "db check",
                "postgres://u:secret@h/d?colour=red",
                2,
                "the URL has an option that is not known; `?` in a password is written %3F",
            ),
            case("db check", "postgres:///d", 2, "the URL names no host"),
            case("db check", "postgres://:5432/d", 2, "the URL names no host"),
        ],
    );
}

#[test]
fn tables_that_are_missing_or_newer() {
    let stage = Stage::cpay();
    let old = database(&stage);
    let file = stage.folder.join("newer.db");
    let newer = format!("sqlite:{}", file.display());
    assert_eq!(
        stage.run(&["db", "migrate", "--database", &newer]).status,
        0
    );
    stage.block_on(async {
        Sqlite::open(stage.folder.join("payments.db")).unwrap();
        let engine = Sqlite::open(&file).unwrap();
        let mut tx = engine.begin().await.unwrap();
        tx.execute("INSERT INTO pay_schema VALUES (99, 1)", &[])
            .await
            .unwrap();
        tx.commit().await.unwrap();
    });
    let (missing, later) = ("payments db migrate", "a later release of this command");
    let mut cases = Vec::new();
    for line in [
        "inbox list",
        "inbox dead",
        "inbox show cpay/main:71:14",
        "inbox retry cpay/main:71:14",
        "inbox discard cpay/main:71:14 --name Ana --reason x --yes",
        "intents list",
        "intents show payout-7",
        "intents resolve payout-7",
        "intents resolve --due",
        "intents close payout-7 --outcome applied --name Ana --reason x --yes",
        "intents cancel payout-7 --name Ana --reason x --yes",
        "db check",
        "db prune --yes",
        "inbox serve --listen 127.0.0.1:0",
    ] {
        cases.push(case(line, &old, 2, missing));
        cases.push(case(line, &newer, 2, later));
    }
    cases.push(case("db migrate", &newer, 2, later));
    check(&stage, &cases);
}

#[test]
fn servers_without_the_tables_the_database_or_the_permission() {
    let stage = Stage::cpay();
    let Some(url) = stage.block_on(cluster::new_url()) else {
        return;
    };
    let Some(newer) = stage.block_on(cluster::new_url()) else {
        return;
    };
    check(
        &stage,
        &[case("inbox list", &url, 2, "payments db migrate")],
    );
    for url in [&url, &newer] {
        assert_eq!(stage.run(&["db", "migrate", "--database", url]).status, 0);
    }
    stage.block_on(async {
        let mut tx = Postgres::connect(&newer).await.unwrap().begin().await.unwrap();
        tx.execute("INSERT INTO pay_schema VALUES (99, 1)", &[]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = Postgres::connect(&url).await.unwrap().begin().await.unwrap();
        let row = "INSERT INTO pay_deliveries VALUES ('cpay/main:71:14', 'cpay/main', 'webhook', '', '', 1, 0, 'dead', 12, 1, 'x', NULL)";
        let schema = tx.query("SELECT current_schema()", &[]).await.unwrap();
        let schema = schema[0].text(0).unwrap().to_owned();
        for sql in [
            row,
            "CREATE ROLE reader LOGIN",
            "CREATE ROLE stranger LOGIN",
            &format!("GRANT USAGE ON SCHEMA {schema} TO reader, stranger"),
            &format!("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader"),
        ] {
            tx.execute(sql, &[]).await.unwrap();
        }
        tx.commit().await.unwrap();
    });
    let reader = url.replacen("postgres://postgres@", "postgres://reader@", 1);
    let stranger = url.replacen("postgres://postgres@", "postgres://stranger@", 1);
    let unknown = url.replacen("postgres://postgres@", "postgres://no-such-role@", 1);
    let absent = url.replacen("/postgres?", "/no-such-database?", 1);
    let read_only = format!("{url}%20-c%20default_transaction_read_only%3Don");
    let lossy = format!("{url}%20-c%20synchronous_commit%3Doff");
    let (retry, permission) = ("inbox retry cpay/main:71:14", "check its permissions");
    check(
        &stage,
        &[
            case("intents list", &newer, 2, "a later release of this command"),
            case(
                "db check",
                &absent,
                1,
                "\"no-such-database\" does not exist",
            ),
            case("db check", &unknown, 1, "\"no-such-role\" does not exist"),
            case("inbox list", &stranger, 1, permission),
            case(retry, &reader, 1, permission),
            case(retry, &read_only, 1, permission),
            case("inbox list", &lossy, 2, "set synchronous_commit to on"),
        ],
    );
    let (status, dead) = stage.json(&["inbox", "dead", "--database", &url]);
    assert_eq!(
        (status, dead["deliveries"].as_array().unwrap().len()),
        (0, 1)
    );
}

/// A dead event, in a file that only its owner can use.
fn with_dead_event() -> Stage {
    let stage = Stage::cpay();
    migrate(&stage);
    let serving = Serving::start(&stage, &[]);
    let reply = http(
        &serving.address,
        "POST /webhooks/cpay/main",
        &webhook(&stage, "71"),
    );
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    drop(serving);
    stage.block_on(async {
        let engine = Sqlite::open(stage.folder.join("payments.db")).unwrap();
        let mut tx = engine.begin().await.unwrap();
        let sql = "UPDATE pay_deliveries SET state = 'dead'";
        tx.execute(sql, &[]).await.unwrap();
        tx.commit().await.unwrap();
    });
    stage
}

const RETRY: [&str; 3] = ["inbox", "retry", "cpay/main:71:14"];

#[test]
fn a_file_that_may_not_be_written_to() {
    let stage = with_dead_event();
    let file = stage.folder.join("payments.db");
    let mode = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&file, permissions).unwrap();
    };
    let database = database(&stage);
    mode(0o444);
    let run = |line: &[&str]| {
        let mut command = stage.command(&[line, &["--database", &database]].concat());
        // Root may write to any file.
        if is_root() {
            let anyone = std::fs::Permissions::from_mode(0o777);
            std::fs::set_permissions(&stage.folder, anyone).unwrap();
            std::os::unix::process::CommandExt::uid(&mut command, 65_534);
            // That user cannot write where coverage is measured.
            command.env("LLVM_PROFILE_FILE", "/dev/null");
        }
        ended(command.spawn().unwrap())
    };
    let (retried, listed) = (run(&RETRY), run(&["inbox", "list"]));
    mode(0o600);
    one_sentence(
        "a file of another owner",
        &retried,
        1,
        "check its permissions",
    );
    assert_eq!(listed.status, 0, "{}", listed.stderr);
    assert!(listed.stdout.ends_with("1 event\n"), "{}", listed.stdout);
    assert_eq!(deliveries(&stage)[0]["state"], "dead");
    assert_eq!(
        stage
            .run(&[&RETRY[..], &["--database", &database]].concat())
            .status,
        0
    );
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0")
}

/// Fills a small file system beside the database, tries to change the database, makes room, and tries again.
const FULL: &str = r#"
mount -t tmpfs -o size=1m tmpfs "$1" || exit 90
cp "$2" "$1/payments.db" || exit 91
dd if=/dev/zero of="$1/filler" bs=1024 2>/dev/null
shift 2
"$@"; echo "status $?"
rm "$FOLDER/filler"
"$@"; echo "status $?"
"#;

#[test]
fn a_full_disk() {
    let stage = with_dead_event();
    let folder = stage.folder.join("small");
    std::fs::create_dir(&folder).unwrap();
    let database = format!("sqlite:{}/payments.db", folder.display());
    let program = Path::new(env!("CARGO_BIN_EXE_payments"));
    let ran = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            FULL,
            "sh",
        ])
        .args([&folder, &stage.folder.join("payments.db")])
        .arg(program)
        .args(RETRY)
        .args(["--database", &database])
        .env("FOLDER", &folder)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .output();
    let ran = match ran {
        Ok(ran) if ran.status.code() == Some(0) => ran,
        other => {
            println!("skipped: a small file system cannot be mounted here: {other:?}");
            return;
        }
    };
    let (stdout, stderr) = (
        String::from_utf8(ran.stdout).unwrap(),
        String::from_utf8(ran.stderr).unwrap(),
    );
    let full = Ran {
        status: 1,
        stdout: String::new(),
        stderr,
    };
    one_sentence(
        "a full disk",
        &full,
        1,
        "the database is full, make space for it",
    );
    assert_eq!(
        stdout,
        "status 1\n1 event will be handled again\nstatus 0\n"
    );
}
