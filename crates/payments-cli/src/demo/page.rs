//! The customer's side: opens a page and submits a form on it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Request, StatusCode};
use payments_core::Transport as _;
use payments_reqwest::ReqwestTransport;
use url::Url;
use url::form_urlencoded::Serializer;

use super::story::{Result, ensure, ensure_eq};

pub(crate) struct Page {
    browser: ReqwestTransport,
    url: Url,
    pub(crate) html: String,
}

impl Page {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let browser = ReqwestTransport::builder().user_agent("demo-browser");
        let browser = browser.build()?;
        let response = browser.send(Request::get(url).body(Bytes::new())?).await?;
        ensure_eq(response.status(), StatusCode::OK)?;
        let (url, html) = (url.parse()?, response.into_body().into());
        let html = String::from_utf8(html)?;
        Ok(Self { browser, url, html })
    }

    /// Submits the form whose action is `action`, with these values typed or chosen. A form that is accepted redirects
    /// to another page; the redirect is not followed.
    pub(crate) async fn submit(&self, action: &str, values: &[(&str, &str)]) -> Result<()> {
        let fields = self.fields(action, values);
        let fields = fields.ok_or("the page has no such form")?;
        let request = Request::post(self.url.join(action)?.as_str());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.browser.send(request.body(fields.into())?).await?;
        ensure(response.headers().contains_key(LOCATION), response.status())
    }

    /// The fields of the form: the values, and what the page has filled in.
    fn fields(&self, action: &str, values: &[(&str, &str)]) -> Option<String> {
        let page = tl::parse(&self.html, tl::ParserOptions::default()).ok()?;
        let tag = |node: tl::NodeHandle| node.get(page.parser())?.as_tag();
        let mut forms = page.query_selector("form")?.filter_map(tag);
        let is_wanted = |form: &&tl::HTMLTag<'_>| {
            let target = form.attributes().get("action").flatten();
            target.is_some_and(|target| target.as_utf8_str() == action)
        };
        let (form, filled) = (
            forms.find(is_wanted)?,
            "input[type=hidden], input[name=amount]",
        );
        let inputs = form.query_selector(page.parser(), filled)?;
        let mut fields = Serializer::new(String::new());
        fields.extend_pairs(values);
        for input in inputs.filter_map(tag).map(tl::HTMLTag::attributes) {
            let (name, value) = (input.get("name")??, input.get("value")??);
            fields.append_pair(&name.as_utf8_str(), &value.as_utf8_str());
        }
        Some(fields.finish())
    }
}
