//! Where the commands of a page run.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::commands::search_path;

/// The file of a command that sends a customer's documents.
const CUSTOMERS: &str = concat!(
    r#"{"data":"[{\"userId\":\"customer-7\",\"firstName\":\"Ana\",\"middleName\":\"\",\"lastName\":\"Lee\","#,
    r#"\"brithday\":\"1987-05-01\",\"gender\":\"female\",\"country\":\"BR\",\"iddCode\":\"55\",\"personalCode\":\"12341234123\","#,
    r#"\"certificateDateStart\":\"2008-01-01\",\"certificateDateEnd\":\"2038-01-01\",\"IdCardUrls\":[\"https://files.example/a.jpg\"],"#,
    r#"\"documentUrls\":[\"https://files.example/a.pdf\"],\"email\":\"ana@cliente.example\",\"mobile\":\"23452345\"}]"}"#,
);

/// Whether a command serves until it is stopped.
fn serves(command: &str) -> bool {
    let begins = |begin| command.starts_with(begin);
    [
        "payments dev",
        "payments webhook listen",
        "payments inbox serve",
        "payments sandbox --",
    ]
    .into_iter()
    .any(begins)
        || (begins("payments reconcile run") && command.contains("--every"))
}

/// What a reader of one page has: a folder with an accounts file and a database, the sandbox of the accounts, and a program that
/// acknowledges what it gets.
pub(super) struct House {
    folder: TempDir,
    sandbox: Child,
    url: String,
    program: String,
}

impl House {
    pub(super) fn build(page: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let serve = "payments dev --json --listen 127.0.0.1:0 --listen-webhooks 127.0.0.1:0";
        let mut sandbox = Self::shell(folder.path(), serve)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        let mut lines = BufReader::new(sandbox.stdout.take().unwrap());
        lines.read_line(&mut ready).unwrap();
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let (_, url) = ready.split_once("\"base_url\":\"").unwrap();
        let url = url.split('"').next().unwrap().to_owned();
        let house = Self {
            folder,
            sandbox,
            url,
            program: program(),
        };
        if page.contains("pay/main") {
            house.add_accounts();
        }
        house.add_files();
        let (ended, printed) = house.run("payments db migrate");
        assert_eq!(ended, Some(0), "{printed}");
        house
    }

    /// The same accounts once more, which some pages call `main`.
    fn add_accounts(&self) {
        let path = self.folder.path().join("payments.toml");
        let accounts = fs::read_to_string(&path).unwrap();
        let (head, own) = accounts.split_at(accounts.find("[[gateway]]").unwrap());
        let main = own.replace("account = \"sandbox", "account = \"main");
        fs::write(&path, format!("{head}{own}\n{main}")).unwrap();
    }

    /// What the commands of the pages read, run or write into.
    fn add_files(&self) {
        let folder = self.folder.path();
        fs::write(folder.join("customers.json"), CUSTOMERS).unwrap();
        let book = folder.join("book-payment");
        fs::write(&book, "#!/bin/sh\n").unwrap();
        let mut rights = fs::metadata(&book).unwrap().permissions();
        rights.set_mode(0o755);
        fs::set_permissions(&book, rights).unwrap();
        for place in [
            ".local/share/bash-completion/completions",
            ".zfunc",
            ".config/fish/completions",
        ] {
            fs::create_dir_all(folder.join(place)).unwrap();
        }
    }

    fn shell(folder: &Path, command: &str) -> Command {
        let mut path = search_path();
        path.push(":");
        path.push(folder);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("exec {command}")])
            .current_dir(folder)
            .env("PATH", path)
            .env("PAYMENTS_DATABASE", "sqlite:payments.db")
            .env("HOME", folder)
            .env("XDG_STATE_HOME", folder.join("state"))
            .env_remove("PAYMENTS_CONFIG")
            .stdin(Stdio::null());
        shell
    }

    /// Runs a command to its end, or until a server is ready. Returns its exit status, if it ended, and what it printed.
    pub(super) fn run(&self, command: &str) -> (Option<i32>, String) {
        let command = command.replace("http://127.0.0.1:3000", &self.program);
        if !serves(&command) {
            let mut shell = Self::shell(self.folder.path(), &command);
            let done = shell
                .env("PAYMENTS_SANDBOX_URL", &self.url)
                .output()
                .unwrap();
            let printed = [done.stdout, done.stderr].concat();
            return (
                done.status.code(),
                String::from_utf8_lossy(&printed).into_owned(),
            );
        }
        // In another folder: `payments dev` replaces the accounts file.
        let folder = TempDir::new().unwrap();
        for name in ["payments.toml", "payments.db", "book-payment"] {
            fs::copy(self.folder.path().join(name), folder.path().join(name)).unwrap();
        }
        let mut server = Self::shell(folder.path(), &on_free_ports(&command))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut lines = BufReader::new(server.stdout.take().unwrap());
        lines.read_line(&mut line).unwrap();
        let ended = match line.is_empty() {
            true => server.wait().unwrap().code(),
            false => None,
        };
        let _ = server.kill();
        let _ = server.wait();
        let _ = server.stderr.take().unwrap().read_to_string(&mut line);
        (ended, line)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}

/// The ports of the pages may be in use.
fn on_free_ports(command: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut is_address = false;
    for word in command.split(' ') {
        let port = word.rfind(':').filter(|_| is_address);
        words.push(match port {
            Some(at) => format!("{}:0", &word[..at]),
            None => word.to_owned(),
        });
        is_address = word == "--listen";
    }
    let missing = |option: &str| !command.contains(&format!("{option} "));
    if missing("--listen") && !command.starts_with("payments reconcile") {
        words.push("--listen 127.0.0.1:0".to_owned());
    }
    if command.starts_with("payments dev") {
        words.push("--listen-webhooks 127.0.0.1:0".to_owned());
    }
    words.join(" ")
}

/// Answers every request as a program does that takes all webhooks.
fn program() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 16 * 1024];
            let _ = stream.read(&mut buffer);
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nsuccess";
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}
