//! Keeps the state file up to date: before an answer leaves, before webhooks are sent, and soon after everything else.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;

use crate::app::App;
use crate::shared::context::OWNER;
use crate::shared::document::Changes;
use crate::shared::{html, http};
use crate::state_file::{Saved, StateFileError};

/// Takes over what the file has.
pub(crate) fn load(app: &App, saved: &mut Saved) -> Result<(), StateFileError> {
    let mut documents = saved.of(OWNER);
    let loaded = app.context.load(&mut documents);
    loaded.map_err(|error| saved.damaged(&error))?;
    for provider in &app.providers {
        let mut documents = saved.of(provider.gateway().as_str());
        let loaded = provider.load(&mut documents);
        loaded.map_err(|error| saved.damaged(&error))?;
    }
    app.note_changes();
    Ok(())
}

/// Who reads an answer.
pub(crate) enum Reader {
    Program,
    /// Someone who opened a page.
    Visitor,
    /// Someone who pressed a button.
    Sender,
    /// Part of a page: that about a failure needs its style.
    Page,
}

impl Reader {
    pub(crate) fn of(request: &Parts) -> Self {
        if html::is_asset(request.uri.path()) {
            Self::Page
        } else if !html::is_wanted(&request.headers) {
            Self::Program
        } else if request.method.is_safe() {
            Self::Visitor
        } else {
            Self::Sender
        }
    }
}

/// Lets no answer leave before what it is about is in the file.
pub(crate) async fn before(response: Response, reader: Reader, app: &Arc<App>) -> Response {
    if app.state_file.is_none() || matches!(reader, Reader::Page) {
        return response;
    }
    let Err(error) = save(app).await else {
        return response;
    };
    let status = StatusCode::INSUFFICIENT_STORAGE;
    let sentence = format!("The request was carried out in memory only, because {error}.");
    let advice = match reader {
        Reader::Program | Reader::Page => return http::problem(status, &sentence),
        Reader::Visitor => "Make room, then load this page again.",
        // To load it again would send the form again.
        Reader::Sender => "It has taken effect: make room, and do not send the form again.",
    };
    html::notice(
        status,
        "The state file cannot be written",
        &format!("{sentence} {advice}"),
    )
}

/// Writes what changes without a request, such as the end of a webhook's attempt. Runs until it is aborted; without a file it ends.
pub(crate) async fn run(app: Arc<App>) {
    if app.state_file.is_none() {
        return;
    }
    let mut changes = app.context.listen();
    loop {
        // The next answer reports a failure.
        let _ = save(&app).await;
        if changes.changed().await.is_err() {
            return;
        }
    }
}

/// Writes what changed, if there is a file.
pub(crate) async fn save(app: &Arc<App>) -> Result<(), StateFileError> {
    let Some(file) = &app.state_file else {
        return Ok(());
    };
    let saving = Arc::clone(app);
    let saved = tokio::task::spawn_blocking(move || save_now(&saving)).await;
    saved.unwrap_or_else(|stopped| Err(file.unwritable(&stopped)))
}

fn save_now(app: &App) -> Result<(), StateFileError> {
    let Some(file) = &app.state_file else {
        return Ok(());
    };
    app.note_changes();
    file.write(|all| {
        for provider in &app.providers {
            provider.save(&mut Changes::of(provider.gateway().as_str(), all));
        }
        app.context.save(&mut Changes::of(OWNER, all));
    })
}

/// Writes what changed for the last time, and closes the file.
pub(crate) fn finish(app: &App) -> Result<(), StateFileError> {
    match &app.state_file {
        Some(file) if file.is_open() => {
            let saved = save_now(app);
            file.close();
            saved
        }
        _ => Ok(()),
    }
}
