//! The page of one request: why it was refused, the signatures, and both messages.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::view::View;
use crate::admin::details::RequestDetail;
use crate::app::App;
use crate::shared::html;
use crate::shared::requests::RequestRecord;

#[derive(Template)]
#[template(path = "dashboard/request.html")]
struct Page<'a> {
    view: View<'a>,
    record: RequestRecord,
    differs_at: Option<usize>,
    curl: String,
    curl_is_partial: bool,
    /// The ids and titles of the orders that the request is about.
    orders: Vec<(String, String)>,
}

pub(crate) fn request(app: &App, id: &str) -> Response {
    let detail = match RequestDetail::of(app, id) {
        Ok(detail) => detail,
        Err(error) => return html::notice(error.status(), "No such request", &error.to_string()),
    };
    let view = View { app };
    let mut orders = Vec::new();
    for reference in &detail.request.references {
        if let Some(order) = app
            .order(reference)
            .filter(|o| o.gateway == detail.request.gateway)
        {
            let title = view.title(&order).to_owned();
            let link = (order.order_id, title);
            if !orders.contains(&link) {
                orders.push(link);
            }
        }
    }
    let page = Page {
        view,
        orders,
        differs_at: detail.sign_differs_at,
        curl: detail.curl,
        curl_is_partial: detail.curl_is_partial,
        record: detail.request,
    };
    html::dashboard(StatusCode::OK, &page)
}
