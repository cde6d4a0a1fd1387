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

    pub(crate) fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        let gone: Vec<K> = self.rows.keys().filter(|key| !keep(key)).cloned().collect();
        gone.iter().for_each(|key| self.remove(key));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::document::Change;

    #[test]
    fn writes_what_changed_and_nothing_else() {
        let mut kept = Kept::default();
        for number in 0..1_000 {
            kept.insert(number, number.to_string());
        }
        let save = |kept: &mut Kept<u32, String>| {
            let mut all = Vec::new();
            kept.save("row", &mut Changes::of("shop", &mut all));
            all
        };
        assert_eq!(save(&mut kept).len(), 1_000);
        assert_eq!(save(&mut kept), []);
        kept.get_mut(&7).unwrap().push('!');
        kept.remove(&9);
        let (owner, kind) = ("shop", "row");
        let put = Change::Put {
            owner,
            kind,
            key: "7".to_owned(),
            body: "\"7!\"".to_owned(),
        };
        let key = "9".to_owned();
        assert_eq!(save(&mut kept), [put, Change::Remove { owner, kind, key }]);
        let mut documents = Documents::default();
        documents.add(kind.to_owned(), "7".to_owned(), "\"7!\"".to_owned());
        let mut loaded = Kept::<u32, String>::default();
        loaded.load(kind, &mut documents).unwrap();
        assert_eq!(loaded.get(&7).unwrap(), "7!");
        assert_eq!(save(&mut loaded), []);
    }
}
