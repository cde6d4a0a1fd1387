//! A person with a browser: a headless Chromium, driven by its DevTools protocol over one WebSocket.
//!
//! Crates with a type for each of the protocol's messages take longer to compile than this workspace; a dozen calls are needed here.

mod keyboard;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{leaks, skip};
pub(crate) use keyboard::Key;

/// How long anything may take on a busy machine.
const LONGEST: Duration = Duration::from_secs(90);

/// What was checked so far: texts and states that were waited for, and pages on each screen.
static CHECKS: AtomicU32 = AtomicU32::new(0);

/// Addresses and ids whose last line has one or two characters.
const SCRAPS: &str = "Array.from(document.querySelectorAll('code.copy'), (code) => {
    const range = document.createRange();
    range.selectNodeContents(code);
    const lines = Array.from(range.getClientRects()).filter((line) => line.width > 0);
    return lines.length > 1 && lines.at(-1).width < 24 ? code.textContent : null;
}).filter(Boolean)";

/// A browser with one page, if Chromium is installed.
pub(crate) struct Visitor {
    browser: Child,
    profile: PathBuf,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: String,
    sent: u64,
    /// What the console showed: errors of scripts, and what was against the policy of a page.
    pub(crate) complaints: Vec<String>,
}

fn program() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Some(path.into());
    }
    let paths = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&paths)
        .flat_map(|path| names.map(|name| path.join(name)))
        .find(|path| path.is_file())
}

/// Waits until there is something.
async fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let wait = async {
        loop {
            match look() {
                Some(found) => return found,
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    let found = tokio::time::timeout(LONGEST, wait).await;
    found.unwrap_or_else(|_| panic!("{what} never came"))
}

impl Visitor {
    pub(crate) async fn arrive() -> Option<Self> {
        static VISITORS: AtomicU32 = AtomicU32::new(0);
        let Some(program) = program() else {
            skip::without("chromium");
            return None;
        };
        let number = VISITORS.fetch_add(1, Ordering::Relaxed);
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("browser-{}-{number}", std::process::id()));
        let browser = Command::new(program)
            .args([
                "--headless",
                // Containers have no user namespaces, and the pages are our own.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-lcd-text",
                "--hide-scrollbars",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--no-proxy-server",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The browser writes its port and path there.
        let address = eventually("the browser", || {
            let text = std::fs::read_to_string(profile.join("DevToolsActivePort")).ok()?;
            let (port, path) = text.split_once('\n')?;
            Some(format!("ws://127.0.0.1:{port}{}", path.trim()))
        });
        let (socket, _) = connect_async(address.await).await.unwrap();
        let mut visitor = Self {
            browser,
            profile,
            socket,
            session: String::new(),
            sent: 0,
            complaints: Vec::new(),
        };
        let target = visitor
            .call("Target.createTarget", json!({ "url": "about:blank" }))
            .await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = visitor.call("Target.attachToTarget", attach).await;
        visitor.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log"] {
            visitor.call(&format!("{domain}.enable"), json!({})).await;
        }
        Some(visitor)
    }

    /// Calls a method of the protocol, and keeps what the console shows meanwhile.
    async fn call(&mut self, method: &str, params: Value) -> Value {
        let answer = tokio::time::timeout(LONGEST, self.exchange(method, params)).await;
        answer
            .unwrap_or_else(|_| panic!("{method} got no answer"))
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    async fn exchange(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.socket
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
        loop {
            let received = self.socket.next().await.unwrap().unwrap();
            let Ok(text) = received.to_text() else {
                continue;
            };
            let Ok(message) = serde_json::from_str::<Value>(text) else {
                continue;
            };
            match message["method"].as_str() {
                Some("Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded") => {
                    self.complaints.push(message["params"].to_string());
                }
                None if message["id"] == self.sent => {
                    return match message.get("error") {
                        Some(error) => Err(error.clone()),
                        None => Ok(message["result"].clone()),
                    };
                }
                _ => {}
            }
        }
    }

    /// The value of an expression; `None` if the page changes meanwhile.
    async fn look(&mut self, expression: &str) -> Option<Value> {
        let params =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let asked = tokio::time::timeout(LONGEST, self.exchange("Runtime.evaluate", params)).await;
        let answer = asked
            .unwrap_or_else(|_| panic!("{expression} got no answer"))
            .ok()?;
        answer
            .get("exceptionDetails")
            .is_none()
            .then(|| answer["result"]["value"].clone())
    }

    pub(crate) async fn value(&mut self, expression: &str) -> Value {
        let found = self.look(expression).await;
        found.unwrap_or_else(|| {
            panic!(
                "{} has no value",
                expression.get(..200).unwrap_or(expression)
            )
        })
    }

    /// Waits until an expression is true, also across pages.
    pub(crate) async fn until(&mut self, expression: &str) {
        let start = tokio::time::Instant::now();
        while self.look(expression).await != Some(Value::Bool(true)) {
            if start.elapsed() > LONGEST {
                let text = self.look("document.body.innerText").await;
                panic!("{expression} never became true: {text:?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.count();
    }

    fn count(&self) {
        CHECKS.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) async fn until_shown(&mut self, text: &str) {
        let text = json!(text);
        self.until(&format!("document.body.innerText.includes({text})"))
            .await;
    }

    pub(crate) async fn open(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url })).await;
        let url = json!(url);
        self.until(&format!(
            "location.href === {url} && document.readyState === 'complete'"
        ))
        .await;
    }

    /// Clicks in the middle of an element.
    pub(crate) async fn click(&mut self, selector: &str) {
        let quoted = json!(selector);
        loop {
            self.until(&format!("document.querySelector({quoted}) !== null"))
                .await;
            // On a page that is left by the click, nothing is known of it.
            let middle = self
                .value(&format!(
                    "(() => {{ const element = document.querySelector({quoted});
                        element.scrollIntoView({{ block: 'center' }});
                        window.wasMissed = true;
                        element.addEventListener('click', () => {{ window.wasMissed = false; }});
                        const box = element.getBoundingClientRect();
                        return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
                ))
                .await;
            for kind in ["mousePressed", "mouseReleased"] {
                let click = json!({ "type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1 });
                self.call("Input.dispatchMouseEvent", click).await;
            }
            // An update of the page can move the element away from the pointer.
            if self.look("window.wasMissed === true").await != Some(Value::Bool(true)) {
                return;
            }
        }
    }

    /// Replaces the text of a field.
    pub(crate) async fn fill(&mut self, selector: &str, text: &str) {
        let quoted = json!(selector);
        self.until(&format!("document.querySelector({quoted}) !== null"))
            .await;
        self.value(&format!("document.querySelector({quoted}).select()"))
            .await;
        self.value(&format!("document.querySelector({quoted}).focus()"))
            .await;
        self.write(text).await;
    }

    /// The size of the page in the browser, and whether it is `light` or `dark`.
    pub(crate) async fn screen(&mut self, width: i64, height: i64, scheme: &str) {
        self.scaled_screen(width, height, 1.0, scheme).await;
    }

    /// The same, drawn with this many pixels for one of the page.
    pub(crate) async fn scaled_screen(
        &mut self,
        width: i64,
        height: i64,
        scale: f64,
        scheme: &str,
    ) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", screen)
            .await;
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let media = json!({ "features": features });
        self.call("Emulation.setEmulatedMedia", media).await;
    }

    /// The bytes of a PNG of what the screen shows.
    pub(crate) async fn shown(&mut self) -> Vec<u8> {
        let picture = self.call("Page.captureScreenshot", json!({})).await;
        STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }

    /// Checks the page on narrow and wide, light and dark screens: it needs no scrolling to the side and, with `AXE`, has no serious
    /// problem of accessibility.
    pub(crate) async fn check(&mut self, what: &str) {
        // A text can be there before the style sheet is, without which an address needs one long line.
        self.until("document.readyState === 'complete'").await;
        let html = self.value("document.documentElement.outerHTML").await;
        leaks::check(what, html.as_str().unwrap());
        for (width, scheme) in [
            (400, "light"),
            (400, "dark"),
            (1_280, "light"),
            (1_280, "dark"),
        ] {
            self.screen(width, 900, scheme).await;
            self.picture(&format!("{what}-{width}-{scheme}")).await;
            self.count();
            let needed = self.value("document.documentElement.scrollWidth").await;
            assert!(
                needed.as_i64().unwrap() <= width,
                "{what} needs {needed} of {width}"
            );
            let scraps = self.value(SCRAPS).await;
            assert_eq!(
                scraps,
                json!([]),
                "{what}, {width}: broken to a few characters"
            );
            let Some(path) = std::env::var_os("AXE") else {
                continue;
            };
            let axe = std::fs::read_to_string(path).unwrap();
            self.value(&format!("{axe}; true")).await;
            let found = self
                .value(
                    "axe.run().then((found) => found.violations
                        .filter((one) => ['serious', 'critical'].includes(one.impact))
                        .map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' ')))",
                )
                .await;
            assert_eq!(found, json!([]), "{what}, {width}, {scheme}");
        }
    }

    /// Keeps a picture of the page in the folder `SCREENSHOTS`, if it is set.
    async fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("SCREENSHOTS") else {
            return;
        };
        let whole = json!({ "captureBeyondViewport": true });
        let picture = self.call("Page.captureScreenshot", whole).await;
        let bytes = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        let name = name.replace(|letter: char| !letter.is_alphanumeric(), "-");
        std::fs::write(PathBuf::from(folder).join(name + ".png"), bytes).unwrap();
    }

    /// Whether the console was silent, except for lines with these words.
    #[allow(clippy::print_stdout, reason = "the number of checks is a figure")]
    pub(crate) fn leave(self, expected: &[&str]) {
        let is_expected = |line: &&String| expected.iter().any(|word| line.contains(word));
        let complaints: Vec<_> = self
            .complaints
            .iter()
            .filter(|line| !is_expected(line))
            .collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
        let checks = CHECKS.load(Ordering::Relaxed);
        println!("{checks} checks in the browser so far");
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        let _ = self.browser.kill();
        let _ = self.browser.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
