//! The customer's side: opens a page and submits a form on it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Request, StatusCode};
use payments_core::Transport as _;
use payments_reqwest::ReqwestTransport;
use url::Url;
use url::form_urlencoded::Serializer;

use super::story::{Result, ensure};

/// An open page.
pub(crate) struct Page {
    browser: ReqwestTransport,
    url: Url,
    html: String,
}

impl Page {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let browser = ReqwestTransport::builder().user_agent("demo-browser");
        let browser = browser.build()?;
        let response = browser.send(Request::get(url).body(Bytes::new())?).await?;
        ensure(response.status() == StatusCode::OK, response.status())?;
        let (url, html) = (
            url.parse()?,
            String::from_utf8(response.into_body().into())?,
        );
        Ok(Self { browser, url, html })
    }

    pub(crate) fn size(&self) -> String {
        format!("a page of {} bytes without scripts", self.html.len())
    }

    /// Submits the form whose action ends with `action`, with these values typed or chosen. A form that is accepted
    /// redirects to another page; the redirect is not followed.
    pub(crate) async fn submit(&self, action: &str, values: &[(&str, &str)]) -> Result<()> {
        let (url, body) = self
            .form(action, values)
            .ok_or("the page has no such form")?;
        let request =
            Request::post(url.as_str()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.browser.send(request.body(body.into())?).await?;
        ensure(response.headers().contains_key(LOCATION), response.status())
    }

    /// Where the form is sent, and the fields as a browser sends them.
    fn form(&self, action: &str, values: &[(&str, &str)]) -> Option<(Url, String)> {
        let page = tl::parse(&self.html, tl::ParserOptions::default()).ok()?;
        let attribute = |tag: &tl::HTMLTag<'_>, name: &str| {
            let value = tag.attributes().get(name)?;
            Some(value.map_or_else(String::new, |value| value.as_utf8_str().into_owned()))
        };
        let (form, action) = page
            .query_selector("form")?
            .filter_map(|form| form.get(page.parser())?.as_tag())
            .filter_map(|form| Some((form, attribute(form, "action")?)))
            .find(|(_, target)| target.ends_with(action))?;
        let mut fields = Serializer::new(String::new());
        fields.extend_pairs(values);
        for input in form.query_selector(page.parser(), "input")? {
            let input = input.get(page.parser())?.as_tag()?;
            let name = attribute(input, "name")?;
            let is_radio = attribute(input, "type").is_some_and(|kind| kind == "radio");
            if !is_radio && !values.iter().any(|(typed, _)| *typed == name) {
                fields.append_pair(&name, &attribute(input, "value").unwrap_or_default());
            }
        }
        Some((self.url.join(&action).ok()?, fields.finish()))
    }
}
