//! The log of API requests, with the full reason of every refusal.

mod record;

use std::collections::VecDeque;

use super::exchange::SentAnswer;

pub(crate) use self::record::masked_path;
pub use self::record::{RequestRecord, Verdict};

const KEPT: usize = 500;
/// The lengths of all texts of the records that are kept.
const MOST_BYTES: usize = 16 * 1024 * 1024;

#[derive(Default)]
pub(crate) struct Requests {
    seen: u64,
    /// Their numbers have no gaps.
    kept: VecDeque<RequestRecord>,
    /// The lengths of all texts of these.
    bytes: usize,
}

impl Requests {
    /// Keeps a record, and returns its number.
    pub(crate) fn add(&mut self, mut record: RequestRecord) -> u64 {
        self.seen += 1;
        record.id = self.seen;
        if let Some(received) = record.received.take() {
            // Every request is recorded once.
            let _ = received.record.set(record.id);
        }
        self.bytes += record.text_bytes();
        self.kept.push_back(record);
        self.shrink();
        self.seen
    }

    /// Adds what was answered to a request, if its record is still there.
    pub(crate) fn answered(&mut self, id: u64, answer: SentAnswer, references: Vec<String>) {
        let Some(record) = self.place(id).and_then(|at| self.kept.get_mut(at)) else {
            return;
        };
        self.bytes -= record.text_bytes();
        record.answer = Some(answer);
        record.refer(references);
        self.bytes += record.text_bytes();
        self.shrink();
    }

    /// Drops the oldest records beyond the limits.
    fn shrink(&mut self) {
        while self.kept.len() > KEPT || self.bytes > MOST_BYTES {
            let Some(oldest) = self.kept.pop_front() else {
                return;
            };
            self.bytes -= oldest.text_bytes();
        }
    }

    fn place(&self, id: u64) -> Option<usize> {
        let place = id.checked_sub(self.kept.front()?.id)?;
        usize::try_from(place).ok()
    }

    pub(crate) fn get(&self, id: u64) -> Option<&RequestRecord> {
        self.kept.get(self.place(id)?)
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &RequestRecord> {
        self.kept.iter()
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;
    use crate::shared::exchange::WireMessage;
    use crate::shared::gateway::Gateway;

    fn record(text_bytes: usize) -> RequestRecord {
        let mut record = RequestRecord::new(Gateway::CPAY, 1, None, &Method::GET, "/");
        record.request.body = "x".repeat(text_bytes);
        record
    }

    fn check(requests: &Requests) {
        let bytes: usize = requests.iter().map(RequestRecord::text_bytes).sum();
        assert_eq!(bytes, requests.bytes);
        assert!(bytes <= MOST_BYTES && requests.iter().count() <= KEPT);
        for record in requests.iter() {
            assert_eq!(
                requests.get(record.id).map(|found| found.id),
                Some(record.id)
            );
        }
    }

    #[test]
    fn records_stay_within_their_number_and_their_bytes() {
        let mut requests = Requests::default();
        for _ in 0..KEPT + 3 {
            requests.add(record(10));
        }
        check(&requests);
        assert!(requests.get(3).is_none() && requests.get(4).is_some());

        let large = MOST_BYTES / 10;
        for _ in 0..20 {
            requests.add(record(large));
        }
        check(&requests);
        let last = requests.seen;
        let before = requests.iter().count();
        let message = WireMessage {
            body: "y".repeat(2 * large),
            ..WireMessage::default()
        };
        let answer = SentAnswer {
            http_status: 200,
            complete: true,
            message,
        };
        requests.answered(last, answer.clone(), vec!["reference".to_owned()]);
        check(&requests);
        assert!(requests.iter().count() < before && requests.get(last).is_some());
        // The record is gone: nothing to add to.
        requests.answered(1, answer, Vec::new());
        check(&requests);
        requests.clear();
        check(&requests);
        assert_eq!(requests.add(record(1)), last + 1);
    }
}
