//! The customer's side: opens a page and submits a form on it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Request, StatusCode};
use payments_core::Transport as _;
use payments_reqwest::ReqwestTransport;
use url::Url;
use url::form_urlencoded::Serializer;

use super::story::{Result, ensure};

pub(crate) struct Browser(ReqwestTransport);

/// The path that a form is sent to, and its fields.
type Form = (String, Vec<(String, String)>);

pub(crate) struct Page {
    url: Url,
    html: String,
}

impl Browser {
    pub(crate) fn new() -> Result<Self> {
        let builder = ReqwestTransport::builder().user_agent("demo-browser");
        Ok(Self(builder.build()?))
    }

    pub(crate) async fn open(&self, url: &str) -> Result<Page> {
        let response = self.0.send(Request::get(url).body(Bytes::new())?).await?;
        let status = response.status();
        ensure(status == StatusCode::OK, status)?;
        Ok(Page {
            url: url.parse()?,
            html: String::from_utf8(response.into_body().into())?,
        })
    }

    /// Submits the form whose action ends with `action`, with these values typed or chosen. A form that is accepted
    /// redirects to another page; the redirect is not followed.
    pub(crate) async fn submit(
        &self,
        page: &Page,
        action: &str,
        values: &[(&str, &str)],
    ) -> Result<()> {
        let form = page.form(action, values);
        let (action, fields) = form.ok_or("the page has no such form")?;
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(page.url.join(&action)?.as_str())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.0.send(request.body(body.into())?).await?;
        let accepted = response.headers().contains_key(LOCATION);
        ensure(accepted, response.status())
    }
}

impl Page {
    pub(crate) fn size(&self) -> String {
        format!("a page of {} bytes without scripts", self.html.len())
    }

    /// Where the form is sent, and the fields as a browser sends them.
    fn form(&self, action: &str, values: &[(&str, &str)]) -> Option<Form> {
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
        let typed = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        let mut fields: Vec<_> = values.iter().map(typed).collect();
        for input in form.query_selector(page.parser(), "input")? {
            let input = input.get(page.parser())?.as_tag()?;
            let name = attribute(input, "name")?;
            let is_radio = attribute(input, "type").is_some_and(|kind| kind == "radio");
            if !is_radio && !values.iter().any(|(typed, _)| *typed == name) {
                fields.push((name, attribute(input, "value").unwrap_or_default()));
            }
        }
        Some((action, fields))
    }
}
