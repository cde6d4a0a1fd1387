//! What happened on a simulated day, in order.

use std::fmt::{Display, Write as _};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex};

use payments_core::Clock as _;

use crate::clock::{START, SimulatedClock};

/// The lines of a day, each with its time. Clones write to the same one.
#[derive(Clone, Debug)]
pub struct Journal {
    clock: SimulatedClock,
    text: Arc<Mutex<String>>,
}

impl Journal {
    /// An empty journal, with times by this clock.
    #[must_use]
    pub fn new(clock: SimulatedClock) -> Self {
        let text = Arc::default();
        Self { clock, text }
    }

    /// Adds a line.
    pub fn write(&self, line: impl Display) {
        let at = self.clock.now().since(START);
        let (seconds, millis) = (at.as_secs(), at.subsec_millis());
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let mut text = self.text.lock().unwrap();
        let at = format_args!("{hours:02}:{minutes:02}:{seconds:02}.{millis:03}");
        writeln!(text, "{at} {line}").unwrap();
    }

    /// All lines, the first one first.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// The same for the same course.
    #[must_use]
    pub fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.text.lock().unwrap().hash(&mut hasher);
        hasher.finish()
    }
}
