//! Just enough of a browser: the form behind the cashier page's pay button.

/// A form with the values it would be sent with untouched.
#[derive(Debug, PartialEq)]
pub(crate) struct PaymentForm {
    pub(crate) action: String,
    /// The fields as `application/x-www-form-urlencoded`.
    pub(crate) body: String,
}

impl PaymentForm {
    /// The first form of the page that is sent to a path ending in `/pay`.
    ///
    /// The page is the sandbox's own: its field values are digits, hexadecimal digits and decimal amounts,
    /// which need no decoding from HTML and no encoding for the form.
    pub(crate) fn find(page: &str) -> Option<Self> {
        page.split("<form ").skip(1).find_map(|rest| {
            let (form, _) = rest.split_once("</form>")?;
            let (head, fields) = form.split_once('>')?;
            let action = attribute(head, "action").filter(|action| action.ends_with("/pay"))?;
            let mut body = String::new();
            for input in fields.split("<input ").skip(1) {
                let (input, _) = input.split_once('>')?;
                if !body.is_empty() {
                    body.push('&');
                }
                body.push_str(attribute(input, "name")?);
                body.push('=');
                body.push_str(attribute(input, "value")?);
            }
            Some(Self {
                action: action.to_owned(),
                body,
            })
        })
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

    #[test]
    fn the_pay_form_is_found_among_others() {
        let page = r#"<form method="post" action="/payment/expire"><input name="orderId" value="1"></form>
            <form method="post" action="/payment/pay" class="inline">
            <input type="hidden" name="orderId" value="7"><label for="paid">Amount</label>
            <input id="paid" name="amount" data-value="x" value="1.50" required></form>"#;
        let form = PaymentForm::find(page).unwrap();
        assert_eq!(
            form,
            PaymentForm {
                action: "/payment/pay".into(),
                body: "orderId=7&amount=1.50".into()
            }
        );
    }

    #[test]
    fn a_page_without_it_has_none() {
        for page in [
            "",
            "<form ",
            "<form action=\"/payment/pay\">",
            "<form action=\"/x\"></form>",
        ] {
            assert_eq!(PaymentForm::find(page), None, "{page}");
        }
    }
}
