//! The customer's side: opens a page and sends the form on it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use payments_core::Transport;
use payments_reqwest::ReqwestTransport;

use super::form::Form;

pub(crate) struct Browser {
    transport: ReqwestTransport,
}

/// A page as it was opened.
pub(crate) struct Page {
    origin: String,
    pub(crate) html: String,
}

impl Browser {
    pub(crate) fn new() -> Result<Self, String> {
        let builder = ReqwestTransport::builder().user_agent("demo-browser");
        Ok(Self {
            transport: builder.build().map_err(|error| error.to_string())?,
        })
    }

    pub(crate) async fn open(&self, url: Option<&str>) -> Result<Page, String> {
        let url = url.ok_or("the order has no cashier page")?;
        let uri: http::Uri = url
            .parse()
            .map_err(|_| "the cashier page has no usable URL")?;
        let host = uri.authority().ok_or("the cashier page has no host")?;
        let origin = format!("{}://{host}", uri.scheme_str().unwrap_or("http"));
        let answer = self.fetch(http::Request::get(url), Bytes::new()).await?;
        if answer.status() != http::StatusCode::OK {
            return Err(format!("the cashier page answers {}", answer.status()));
        }
        let html = String::from_utf8(answer.into_body().into());
        Ok(Page {
            origin,
            html: html.map_err(|_| "the cashier page is no text")?,
        })
    }

    /// Sends the form. A page that takes it leads on to another one; where to is not followed.
    pub(crate) async fn send(&self, page: &Page, form: &Form) -> Result<(), String> {
        let request = http::Request::post(format!("{}{}", page.origin, form.action))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self.fetch(request, Bytes::from(form.body())).await?;
        if answer.headers().contains_key(LOCATION) {
            Ok(())
        } else {
            Err(format!("the payment was answered with {}", answer.status()))
        }
    }

    async fn fetch(
        &self,
        request: http::request::Builder,
        body: Bytes,
    ) -> Result<http::Response<Bytes>, String> {
        let request = request.body(body).map_err(|error| error.to_string())?;
        self.transport
            .send(request)
            .await
            .map_err(|error| error.to_string())
    }
}

impl Page {
    pub(crate) fn form(&self, ending: &str) -> Result<Form, String> {
        Form::find(&self.html, ending).ok_or_else(|| format!("the page has no form for {ending}"))
    }
}
