//! Rows by key that know which of them changed since they were saved.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::document::{Changes, Documents, Unreadable};

pub(crate) struct Kept<K, V> {
    rows: BTreeMap<K, V>,
    unsaved: BTreeSet<K>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            unsaved: BTreeSet::new(),
        }
    }
}

impl<K: Ord + Clone, V> Kept<K, V> {
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.unsaved.insert(key.clone());
        self.rows.insert(key, value);
    }

    pub(crate) fn remove(&mut self, key: &K) {
        if self.rows.remove(key).is_some() {
            self.unsaved.insert(key.clone());
        }
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.rows.get(key)
    }

    /// A row that may be changed.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let row = self.rows.get_mut(key)?;
        self.unsaved.insert(key.clone());
        Some(row)
    }

    pub(crate) fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.rows.contains_key(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// By key.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.rows.values()
    }
}

impl<K: Ord + Clone + Serialize + DeserializeOwned, V: Serialize + DeserializeOwned> Kept<K, V> {
    /// Writes the rows that changed.
    pub(crate) fn save(&mut self, kind: &'static str, to: &mut Changes<'_>) {
        for key in std::mem::take(&mut self.unsaved) {
            match self.rows.get(&key) {
                Some(row) => to.put(kind, &key, row),
                None => to.remove(kind, &key),
            }
        }
    }

    /// Takes over the rows that were saved.
    pub(crate) fn load(&mut self, kind: &str, from: &mut Documents) -> Result<(), Unreadable> {
        self.rows = from.take(kind)?;
        self.unsaved.clear();
        Ok(())
    }
}
