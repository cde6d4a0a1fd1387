//! Just enough HTML: the forms of the sandbox's own pages.

use std::fmt::Write;

/// A form with the values it would be sent with untouched.
#[derive(Debug, PartialEq)]
pub(crate) struct Form {
    pub(crate) action: String,
    fields: Vec<(String, String)>,
    /// Radio buttons: each one's name and value.
    choices: Vec<(String, String)>,
}

impl Form {
    /// The first form of the page that is sent to a path ending in `ending`.
    ///
    /// The values that stand in these pages are digits, hexadecimal digits and decimal amounts, which need no
    /// decoding from HTML.
    pub(crate) fn find(page: &str, ending: &str) -> Option<Self> {
        page.split("<form ").skip(1).find_map(|rest| {
            let (form, _) = rest.split_once("</form>")?;
            let (head, inside) = form.split_once('>')?;
            let action = attribute(head, "action").filter(|action| action.ends_with(ending))?;
            let mut form = Self {
                action: action.to_owned(),
                fields: Vec::new(),
                choices: Vec::new(),
            };
            for input in inside.split("<input ").skip(1) {
                let (input, _) = input.split_once('>')?;
                let value = attribute(input, "value").unwrap_or_default();
                let field = (attribute(input, "name")?.to_owned(), value.to_owned());
                let is_radio = attribute(input, "type") == Some("radio");
                if is_radio {
                    form.choices.push(field.clone());
                }
                if !is_radio || input.split_whitespace().any(|word| word == "checked") {
                    form.fields.push(field);
                }
            }
            Some(form)
        })
    }

    /// Types into a field.
    pub(crate) fn fill(mut self, name: &str, value: &str) -> Result<Self, String> {
        let field = self.fields.iter_mut().find(|(other, _)| other == name);
        let (_, field) = field.ok_or_else(|| format!("the form has no field {name}"))?;
        value.clone_into(field);
        Ok(self)
    }

    /// Presses a radio button.
    pub(crate) fn choose(mut self, name: &str, value: &str) -> Result<Self, String> {
        let mut choices = self.choices.iter();
        let choice = choices.find(|(other, own)| other == name && own == value);
        let choice = choice.ok_or_else(|| format!("the form has no such choice of {name}"))?;
        self.fields.retain(|(other, _)| other != name);
        self.fields.push(choice.clone());
        Ok(self)
    }

    /// The fields as `application/x-www-form-urlencoded`.
    pub(crate) fn body(&self) -> String {
        let mut body = String::new();
        for (name, value) in &self.fields {
            if !body.is_empty() {
                body.push('&');
            }
            body.push_str(name);
            body.push('=');
            for byte in value.bytes() {
                match byte {
                    b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' => body.push(byte.into()),
                    _ => {
                        let _ = write!(body, "%{byte:02X}");
                    }
                }
            }
        }
        body
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.match_indices(name).find_map(|(at, _)| {
        let before = tag.get(..at)?;
        let value = tag.get(at + name.len()..)?.strip_prefix("=\"")?;
        let whole_name = before.is_empty() || before.ends_with(char::is_whitespace);
        value
            .split_once('"')
            .filter(|_| whole_name)
            .map(|(value, _)| value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form method="post" action="/payment/expire"><input name="orderId" value="1"></form>
        <form method="post" action="/payment/pay" class="inline">
        <input type="hidden" name="orderId" value="7"><label for="paid">Amount</label>
        <input id="paid" name="amount" data-value="x" value="1.50" required>
        <input name="expDate" type="text"></form>"#;

    #[test]
    fn the_form_is_found_among_others_and_filled_in() {
        let form = Form::find(PAGE, "/pay").unwrap();
        assert_eq!(
            (form.action.as_str(), form.body().as_str()),
            ("/payment/pay", "orderId=7&amount=1.50&expDate=")
        );
        let filled = form.fill("expDate", "12/27").unwrap();
        assert_eq!(filled.body(), "orderId=7&amount=1.50&expDate=12%2F27");
        assert!(filled.fill("cvv", "1").is_err());
    }

    #[test]
    fn of_radio_buttons_the_pressed_one_is_sent() {
        let page = |checked: &str| {
            let radios = r#"<input type="radio" name="coin" value="a" required><input type="radio" name="coin" value="b" required"#;
            format!(
                r#"<form action="/choose"><input name="key" value="k">{radios}{checked}></form>"#
            )
        };
        let form = |checked| Form::find(&page(checked), "/choose").unwrap();
        assert_eq!(form("").body(), "key=k");
        assert_eq!(form(" checked").body(), "key=k&coin=b");
        for checked in ["", " checked"] {
            let chosen = form(checked).choose("coin", "a").unwrap();
            assert_eq!(chosen.body(), "key=k&coin=a");
        }
        assert!(form("").choose("coin", "c").is_err());
        assert!(form("").choose("key", "k").is_err());
    }

    #[test]
    fn a_page_without_it_has_none() {
        for page in [
            "",
            "<form ",
            "<form action=\"/payment/pay\">",
            "<form action=\"/x\"></form>",
        ] {
            assert_eq!(Form::find(page, "/pay"), None, "{page}");
        }
    }
}
