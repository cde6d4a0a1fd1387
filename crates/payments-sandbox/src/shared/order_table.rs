//! A provider's orders, found by the gateway's id or the merchant's reference.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::action::ActionError;
use super::document::{Changes, Documents, Unreadable};
use super::due::DueIndex;
use super::order::Order;

/// More orders than any test makes. The limit keeps a runaway client from filling the memory.
const MOST_ORDERS: usize = 10_000;

/// An order of a provider, as far as the table needs to know it.
pub(crate) trait Stored {
    fn order_id(&self) -> &str;
    /// The merchant's reference; empty if the order has none.
    fn merchant_ref(&self) -> &str;
    /// When something happens to the order without an action.
    fn due_ms(&self) -> Option<u64> {
        None
    }
    /// Nothing happens to the order any more without an action.
    fn clear_due(&mut self) {}
    /// The order as the dashboard shows it.
    fn view(&self) -> Order;
}

/// Why an order could not be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddRefused {
    DuplicateMerchantRef,
    Full,
}

impl From<AddRefused> for ActionError {
    fn from(refused: AddRefused) -> Self {
        Self::Conflict(match refused {
            AddRefused::DuplicateMerchantRef => "The merchant's reference is in use.".to_owned(),
            AddRefused::Full => "The sandbox holds as many orders as it can; reset it.".to_owned(),
        })
    }
}

pub(crate) struct OrderTable<T> {
    rows: Vec<T>,
    /// The place of each row among the orders of all providers.
    places: Vec<u64>,
    by_id: HashMap<String, usize>,
    by_merchant_ref: HashMap<String, usize>,
    due: DueIndex<usize>,
    /// Rows that were added or may have been changed since [`take_changed`](OrderTable::take_changed).
    changed: BTreeSet<usize>,
    /// The same since they were saved.
    unsaved: BTreeSet<usize>,
}

impl<T> Default for OrderTable<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            places: Vec::new(),
            by_id: HashMap::new(),
            by_merchant_ref: HashMap::new(),
            due: DueIndex::default(),
            changed: BTreeSet::new(),
            unsaved: BTreeSet::new(),
        }
    }
}

impl<T: Stored> OrderTable<T> {
    /// `place` is from [`Context::next_order`](super::context::Context::next_order).
    pub(crate) fn add(&mut self, order: T, place: u64) -> Result<(), AddRefused> {
        self.room_for(order.merchant_ref())?;
        let at = self.rows.len();
        self.by_id.insert(order.order_id().to_owned(), at);
        if !order.merchant_ref().is_empty() {
            let merchant_ref = order.merchant_ref().to_owned();
            self.by_merchant_ref.insert(merchant_ref, at);
        }
        self.rows.push(order);
        self.places.push(place);
        self.touch(at);
        Ok(())
    }

    /// The row was added, or may be changed.
    fn touch(&mut self, at: usize) {
        self.due.touch(at);
        self.changed.insert(at);
        self.unsaved.insert(at);
    }

    /// Whether an order with this reference could be added. Ask this before money is moved for it.
    pub(crate) fn room_for(&self, merchant_ref: &str) -> Result<(), AddRefused> {
        if self.by_merchant_ref.contains_key(merchant_ref) {
            return Err(AddRefused::DuplicateMerchantRef);
        }
        if self.rows.len() >= MOST_ORDERS {
            return Err(AddRefused::Full);
        }
        Ok(())
    }

    /// When the next thing is due.
    pub(crate) fn next_due(&mut self) -> Option<u64> {
        self.refresh_due();
        self.due.first()
    }

    /// The ids of the orders that are due, earliest first.
    pub(crate) fn due(&mut self, now_ms: u64) -> Vec<String> {
        self.refresh_due();
        let rows = self.due.until(now_ms).filter_map(|at| self.rows.get(at));
        rows.map(|order| order.order_id().to_owned()).collect()
    }

    fn refresh_due(&mut self) {
        let due_ms = |at| self.rows.get(at).and_then(Stored::due_ms);
        self.due.refresh(due_ms);
    }

    /// Nothing happens to the order any more without an action.
    pub(crate) fn no_longer_due(&mut self, id: &str) {
        if let Ok(order) = self.find_mut(id) {
            order.clear_due();
        }
    }

    pub(crate) fn has_id(&self, order_id: &str) -> bool {
        self.by_id.contains_key(order_id)
    }

    /// The order with this id of the gateway.
    pub(crate) fn by_id(&self, order_id: &str) -> Option<&T> {
        self.by_id.get(order_id).and_then(|at| self.rows.get(*at))
    }

    /// The order with this reference of the merchant.
    pub(crate) fn by_merchant_ref(&self, merchant_ref: &str) -> Option<&T> {
        let at = self.by_merchant_ref.get(merchant_ref)?;
        self.rows.get(*at)
    }

    /// The order with this id, else the one with this reference.
    pub(crate) fn find(&self, id: &str) -> Result<&T, ActionError> {
        let found = self.by_id(id).or_else(|| self.by_merchant_ref(id));
        found.ok_or_else(|| ActionError::no_order(id))
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Result<&mut T, ActionError> {
        let at = self.by_id.get(id).or_else(|| self.by_merchant_ref.get(id));
        let at = at.copied();
        if let Some(at) = at {
            self.touch(at);
        }
        let found = at.and_then(|at| self.rows.get_mut(at));
        found.ok_or_else(|| ActionError::no_order(id))
    }

    /// The order with this id or reference, as the dashboard shows it.
    pub(crate) fn view(&self, id: &str) -> Option<Order> {
        self.find(id).ok().map(Stored::view)
    }

    /// All orders as the dashboard shows them, in the order of creation, each with its place.
    pub(crate) fn views(&self) -> Vec<(u64, Order)> {
        let views = self.iter().map(Stored::view);
        self.places.iter().copied().zip(views).collect()
    }

    /// The orders that may have changed since the last time, as the dashboard shows them, each with its place.
    pub(crate) fn take_changed(&mut self) -> Vec<(u64, Order)> {
        let changed = std::mem::take(&mut self.changed).into_iter();
        let view = |at: usize| Some((*self.places.get(at)?, self.rows.get(at)?.view()));
        changed.filter_map(view).collect()
    }

    /// In the order of creation.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.iter()
    }
}

impl<T: Stored + Serialize + DeserializeOwned> OrderTable<T> {
    /// Writes the orders that may have changed, each with its place.
    pub(crate) fn save(&mut self, kind: &'static str, to: &mut Changes<'_>) {
        for at in std::mem::take(&mut self.unsaved) {
            if let (Some(place), Some(order)) = (self.places.get(at), self.rows.get(at)) {
                to.put(kind, &at, &(place, order));
            }
        }
    }

    /// Takes over the orders that were saved.
    pub(crate) fn load(&mut self, kind: &str, from: &mut Documents) -> Result<(), Unreadable> {
        for (place, order) in from.take::<usize, (u64, T)>(kind)?.into_values() {
            let added = self.add(order, place);
            added.map_err(|refused| Unreadable::new(kind, format!("{refused:?}")))?;
        }
        self.unsaved.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::shared::gateway::Gateway;
    use crate::shared::order::OrderKind;

    #[derive(Serialize, Deserialize)]
    struct Ticket {
        id: String,
        paid: bool,
    }

    impl Stored for Ticket {
        fn order_id(&self) -> &str {
            &self.id
        }

        fn merchant_ref(&self) -> &str {
            &self.id
        }

        fn view(&self) -> Order {
            Order::new(Gateway::CPAY, OrderKind::PayIn, self.id.clone(), 0)
        }
    }

    /// The cost of a write does not grow with the orders before it.
    #[test]
    fn writes_the_orders_that_changed_and_reads_all_in_their_order() {
        let mut table = OrderTable::default();
        for number in 0..1_000 {
            let id = number.to_string();
            table.add(Ticket { id, paid: false }, number * 2).unwrap();
        }
        let save = |table: &mut OrderTable<Ticket>| {
            let mut all = Vec::new();
            table.save("order", &mut Changes::of("cpay", &mut all));
            all
        };
        let mut rows = save(&mut table);
        table.find_mut("7").unwrap().paid = true;
        let changed = save(&mut table);
        assert_eq!((rows.len(), changed.len()), (1_000, 1));
        rows.extend(changed);

        let mut documents = Documents::default();
        let mut last = std::collections::HashMap::new();
        for row in rows {
            if let crate::shared::document::Change::Put { key, body, .. } = row {
                last.insert(key, body);
            }
        }
        for (key, body) in last {
            documents.add("order".to_owned(), key, body);
        }
        let mut loaded = OrderTable::<Ticket>::default();
        loaded.load("order", &mut documents).unwrap();
        let ids: Vec<String> = loaded.iter().map(|ticket| ticket.id.clone()).collect();
        let expected: Vec<String> = (0..1_000).map(|number: u32| number.to_string()).collect();
        assert_eq!(ids, expected);
        assert!(loaded.by_id("7").unwrap().paid);
        assert_eq!(loaded.views()[7].0, 14);
        assert_eq!(save(&mut loaded).len(), 0);
    }
}
