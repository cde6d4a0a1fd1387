//! A person without a mouse: keys, and what every stop of the focus must be like.

use serde_json::json;

use super::Visitor;

/// The most stops on the way to an element. The longest page has some hundred.
const MOST_STOPS: u32 = 300;

/// What is wrong with the element that has the focus: an empty text if nothing is. A person must see where it is, and it must come
/// after the stop before in the document.
const STOP: &str = "(() => {
    const element = document.activeElement, before = window.lastStop;
    window.lastStop = element;
    if (element === document.body) return 'the focus left the page';
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no outline';
    if (box.width < 2 || box.height < 2) return 'too small to be seen';
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return 'outside the screen';
    const order = before?.isConnected ? before.compareDocumentPosition(element) : Node.DOCUMENT_POSITION_FOLLOWING;
    return order & Node.DOCUMENT_POSITION_FOLLOWING ? '' : 'before the last stop';
})()";

#[derive(Clone, Copy)]
pub(crate) enum Key {
    Tab,
    Enter,
    Space,
    Down,
}

impl Visitor {
    pub(crate) async fn press(&mut self, key: Key) {
        let (name, code, number, text) = match key {
            Key::Tab => ("Tab", "Tab", 9, ""),
            Key::Enter => ("Enter", "Enter", 13, "\r"),
            Key::Space => (" ", "Space", 32, " "),
            Key::Down => ("ArrowDown", "ArrowDown", 40, ""),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event =
                json!({ "type": kind, "key": name, "code": code, "windowsVirtualKeyCode": number });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = json!(text);
            }
            self.call("Input.dispatchKeyEvent", event).await;
        }
    }

    pub(crate) async fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses Tab until an element has the focus, and checks every stop on the way. It does not go round the page.
    pub(crate) async fn tab_to(&mut self, selector: &str) {
        let quoted = json!(selector);
        self.until(&format!("document.querySelector({quoted}) !== null"))
            .await;
        self.value("window.lastStop = null").await;
        for _ in 0..MOST_STOPS {
            self.press(Key::Tab).await;
            let wrong = self.value(STOP).await;
            let there = self.focused().await;
            assert_eq!(wrong, "", "on the way to {selector}: {there}");
            self.count();
            if self
                .value(&format!("document.activeElement.matches({quoted})"))
                .await
                == true
            {
                return;
            }
        }
        panic!("{selector} is not reached by Tab");
    }

    /// The HTML of the element that has the focus.
    pub(crate) async fn focused(&mut self) -> String {
        let html = "document.activeElement.outerHTML.slice(0, 200)";
        self.value(html)
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
