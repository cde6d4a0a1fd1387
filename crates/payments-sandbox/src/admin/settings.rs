//! `/_sandbox/settings`: what changes while the sandbox runs, as JSON and as a page.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use super::api::AppState;
use super::pages;
use crate::app::App;
use crate::shared::action::ActionError;
use crate::shared::admin_request::AdminRequest;
use crate::shared::setting::{SandboxSetting, SettingValue};
use crate::shared::{html, http};

#[derive(Template)]
#[template(path = "dashboard/settings.html")]
struct Page {
    live: Vec<SandboxSetting>,
    fixed: Vec<SandboxSetting>,
}

impl Page {
    fn new(app: &App) -> Self {
        let settings = app.settings().into_iter();
        let (live, fixed) = settings.partition(|setting| setting.changes);
        Self { live, fixed }
    }
}

fn is_flag(setting: &SandboxSetting) -> bool {
    matches!(setting.value, SettingValue::Flag(_))
}

/// `GET /_sandbox/settings`
pub(super) async fn list(State(app): AppState, headers: HeaderMap, uri: Uri) -> Response {
    if pages::is_wanted(&headers, &uri) {
        return html::page(StatusCode::OK, &Page::new(&app));
    }
    http::answer(StatusCode::OK, &json!({ "settings": app.settings() }))
}

/// `POST` and `PATCH /_sandbox/settings`: all of them or none; what is left out stays.
pub(super) async fn change(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|changes: BTreeMap<String, Value>| {
        let mut texts = Vec::new();
        for (name, value) in &changes {
            texts.push((name.as_str(), text(name, value)?));
        }
        let changes: Vec<(&str, &str)> = texts
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        app.change_settings(&changes)?;
        Ok(json!({ "settings": app.settings() }))
    })
}

/// The value as it is set.
fn text(name: &str, value: &Value) -> Result<String, ActionError> {
    Ok(match value {
        Value::Null => SettingValue::None.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let texts: Result<Vec<String>, _> =
                values.iter().map(|value| text(name, value)).collect();
            texts?.join(",")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Object(_) => {
            return Err(ActionError::Invalid(format!("{name} is no JSON object.")));
        }
    })
}
