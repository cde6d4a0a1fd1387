//! The other side: this same program, started again, as a server that answers every request alike.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{ChildStdin, Command, Stdio};

const CHILD: &str = "LOOPBACK_SERVER";

const BODY: &str = concat!(
    r#"{"code":0,"msg":"success","data":{"orderId":"221116112637772768014","merchantId":"20003092","#,
    r#""cryptoCurrency":"USDT","orderAmount":"66.12345678","receivedAmount":"66.12345678","#,
    r#""merchantTradeNo":"test114","cashierURL":"https://cashier.cpay.ltd/payment?orderId=221116112637772768014"#,
    r#"&sign=639ae2e78bd3456afab6dfe607c56848de50f3f755cdfef5cda007626bbeabf","returnURL":"","#,
    r#""successURL":"https://cashier.cpay.ltd/succed","failURL":"https://cashier.cpay.ltd/lose","#,
    r#""remark":"","extInfo":""},"traceid":"221117083310X220052"}"#
);

pub(crate) struct Child {
    pub(crate) base_url: String,
    process: std::process::Child,
    /// The server ends when this closes.
    alive: Option<ChildStdin>,
}

impl Child {
    pub(crate) fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .env(CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let alive = process.stdin.take();
        Self {
            base_url: line.trim().to_owned(),
            process,
            alive,
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.alive.take());
        let _ = self.process.wait();
    }
}

pub(crate) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Serves until the parent closes its end of standard input.
pub(crate) fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    let _ = std::io::stdin().read(&mut [0]);
}

/// Reads requests and writes the answer, one thread a connection.
fn answer(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut buffer = vec![0; 64 * 1024];
    let mut filled = 0;
    loop {
        match buffer.get_mut(filled..).map(|room| stream.read(room)) {
            Some(Ok(read)) if read > 0 => filled += read,
            _ => return,
        }
        if request_len(buffer.get(..filled).unwrap_or_default())
            .is_some_and(|length| length <= filled)
        {
            filled = 0; // the client waits for an answer before it sends again
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}

/// The length of a request whose head has come.
fn request_len(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(read.get(..head)?).ok()?;
    let header = text
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("content-length:"))?;
    let length: usize = header.split_once(':')?.1.trim().parse().ok()?;
    Some(head + length)
}
