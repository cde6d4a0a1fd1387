//! A subscriber of `tracing` that keeps every span and event as text.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Default)]
pub(crate) struct Recorded {
    /// By id, with the values that were recorded later.
    pub(crate) spans: BTreeMap<u64, String>,
    /// The spans of which the last handle was dropped.
    pub(crate) closed: Vec<u64>,
    /// With the span that each is in.
    pub(crate) events: Vec<(Option<u64>, String)>,
    entered: Vec<u64>,
}

impl Recorder {
    /// Records what `work` reports on this thread.
    ///
    /// With only one subscriber in the process, `tracing` asks the thread that reports something first for its subscriber, and
    /// threads of other tests have none. So there is always a second one.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        static SECOND: OnceLock<Dispatch> = OnceLock::new();
        let own = Dispatch::new(self.clone());
        SECOND.get_or_init(|| Dispatch::new(Self::default()));
        tracing::callsite::rebuild_interest_cache();
        tracing::dispatcher::with_default(&own, work)
    }

    pub(crate) fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything, as text.
    pub(crate) fn text(&self) -> String {
        let all = self.recorded();
        format!("{:?} {:?}", all.spans, all.events)
    }
}

/// "LEVEL target name" and the fields in their order.
fn described(metadata: &Metadata<'_>) -> String {
    format!(
        "{} {} {}",
        metadata.level(),
        metadata.target(),
        metadata.name()
    )
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {}={value}", field.name()).unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut text = described(attributes.metadata());
        attributes.record(&mut Fields(&mut text));
        let mut all = self.recorded();
        let id = all.spans.len() as u64 + 1;
        all.spans.insert(id, text);
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        if let Some(text) = self.recorded().spans.get_mut(&span.into_u64()) {
            values.record(&mut Fields(text));
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut text = format!("{} {}", metadata.level(), metadata.target());
        event.record(&mut Fields(&mut text));
        let mut all = self.recorded();
        let parent = event.parent().map(Id::into_u64);
        let span = parent.or_else(|| all.entered.last().copied());
        all.events.push((span, text));
    }

    fn enter(&self, span: &Id) {
        self.recorded().entered.push(span.into_u64());
    }

    fn exit(&self, _: &Id) {
        self.recorded().entered.pop();
    }

    fn try_close(&self, id: Id) -> bool {
        self.recorded().closed.push(id.into_u64());
        true
    }
}
