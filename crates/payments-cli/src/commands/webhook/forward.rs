//! Where `--forward` sends the webhooks of an account.

use std::str::FromStr;

use payments_facade::GatewayId;
use payments_reqwest::ReqwestTransport;

use super::post::Post;
use crate::failure::Failure;
use crate::url as target;

/// A URL, in which `{provider}` and `{account}` are filled in. `/PROVIDER/ACCOUNT` is added to one without them.
#[derive(Clone, Debug)]
pub(crate) struct Forward {
    /// Contains both names if it contains one.
    template: String,
}

const PROVIDER: &str = "{provider}";
const ACCOUNT: &str = "{account}";

impl FromStr for Forward {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sample = text.replace(PROVIDER, "cpay").replace(ACCOUNT, "main");
        if sample.contains(['{', '}']) {
            return Err(format!(
                "the URL may contain {PROVIDER} and {ACCOUNT}, and no other braces"
            ));
        }
        let url = target::absolute(&sample)?;
        target::check(&url)?;
        if url.host_str() != target::absolute(&text.replace(['{', '}'], "x"))?.host_str() {
            return Err(format!("{PROVIDER} and {ACCOUNT} belong after the host"));
        }
        Ok(Self {
            template: text.to_owned(),
        })
    }
}

impl Forward {
    /// The URL without the user name and password that may be in it.
    pub(crate) fn shown(&self) -> String {
        match target::absolute(&self.template) {
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                let shown = target::shown(&url);
                shown.replace("%7B", "{").replace("%7D", "}")
            }
            _ => self.template.clone(),
        }
    }

    pub(crate) fn post(
        &self,
        id: &GatewayId,
        transport: &ReqwestTransport,
    ) -> Result<Post, Failure> {
        let is_plain = !self.template.contains('{');
        let text = self
            .template
            .replace(PROVIDER, id.provider())
            .replace(ACCOUNT, id.account());
        let mut url = target::absolute(&text).map_err(Failure::bad)?;
        if is_plain && let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(id.provider()).push(id.account());
        }
        Post::to(&url, transport.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::webhook::post::transport;

    #[test]
    fn fills_in_the_account_or_adds_it() {
        let (id, transport) = ("cpay/main".parse().unwrap(), transport().unwrap());
        for (forward, expected) in [
            (
                "http://127.0.0.1:3000/webhooks",
                "http://127.0.0.1:3000/webhooks/cpay/main",
            ),
            (
                "http://127.0.0.1:3000/webhooks/",
                "http://127.0.0.1:3000/webhooks/cpay/main",
            ),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000/cpay/main"),
            (
                "http://u:p@[::1]:3000/a?b=1",
                "http://u:p@[::1]:3000/a/cpay/main?b=1",
            ),
            (
                "http://127.0.0.1:3000/webhooks/{provider}/{account}",
                "http://127.0.0.1:3000/webhooks/cpay/main",
            ),
            (
                "http://127.0.0.1:3000/{provider}?a={account}",
                "http://127.0.0.1:3000/cpay?a=main",
            ),
        ] {
            let forward: Forward = forward.parse().unwrap();
            assert_eq!(
                forward.post(&id, &transport).unwrap().url.to_string(),
                expected
            );
        }
    }

    #[test]
    fn shows_no_part_of_a_password() {
        for (forward, shown) in [
            (
                "http://u:p@ss@w/ord@127.0.0.1:3000/{provider}?a={account}",
                None,
            ),
            (
                "http://u:p@ss@127.0.0.1:3000/{provider}?a={account}",
                Some("http://127.0.0.1:3000/{provider}?a={account}"),
            ),
            ("http:///u:p@ss@127.0.0.1/a@b", Some("http://127.0.0.1/a@b")),
            ("http://127.0.0.1/a@b", Some("http://127.0.0.1/a@b")),
        ] {
            let forward = forward.parse::<Forward>().ok();
            assert_eq!(forward.map(|it| it.shown()).as_deref(), shown);
        }
    }

    #[test]
    fn refuses_other_braces_and_names_in_the_host() {
        for wrong in [
            "http://127.0.0.1/{gateway}",
            "http://127.0.0.1/{provider",
            "http://{provider}.localhost/",
            "https://{account}.example/",
            "http://shop.example/hooks",
            "/hooks",
        ] {
            assert!(wrong.parse::<Forward>().is_err(), "{wrong}");
        }
    }
}
