//! The sandbox's state as documents, which a state file keeps: JSON texts by owner, kind and key.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Display;

use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};

/// Who owns a document: a gateway, or the sandbox.
pub(crate) type Owner = &'static str;

/// What has to be written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Removes every document of an owner.
    Clear(Owner),
    Put {
        owner: Owner,
        kind: &'static str,
        key: String,
        body: String,
    },
    Remove {
        owner: Owner,
        kind: &'static str,
        key: String,
    },
}

/// Keeps only the last change of each document, so that what cannot be written does not fill the memory.
pub(crate) fn compact(changes: &mut Vec<Change>) {
    let (mut cleared, mut later) = (HashSet::new(), HashSet::new());
    changes.reverse();
    changes.retain(|change| match change {
        Change::Clear(owner) => cleared.insert(*owner),
        Change::Put {
            owner, kind, key, ..
        }
        | Change::Remove { owner, kind, key } => {
            !cleared.contains(owner) && later.insert((*owner, *kind, key.clone()))
        }
    });
    changes.reverse();
}

/// Changes of one owner, in the order in which they are made.
pub(crate) struct Changes<'a> {
    owner: Owner,
    all: &'a mut Vec<Change>,
}

impl<'a> Changes<'a> {
    pub(crate) fn of(owner: Owner, all: &'a mut Vec<Change>) -> Self {
        Self { owner, all }
    }

    /// The same list for another owner.
    pub(crate) fn also_of(&mut self, owner: Owner) -> Changes<'_> {
        Changes::of(owner, self.all)
    }

    pub(crate) fn put(&mut self, kind: &'static str, key: &impl Serialize, body: &impl Serialize) {
        let (key, body) = (text(key), text(body));
        let owner = self.owner;
        self.all.push(Change::Put {
            owner,
            kind,
            key,
            body,
        });
    }

    pub(crate) fn remove(&mut self, kind: &'static str, key: &impl Serialize) {
        let (owner, key) = (self.owner, text(key));
        self.all.push(Change::Remove { owner, kind, key });
    }
}

/// JSON of a type of the sandbox. Such types have no maps with other keys than texts, and nothing else fails.
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What an owner knows of its small documents: their texts, so that only a change is written.
#[derive(Default)]
pub(crate) struct Small {
    /// Whether the owner forgot everything, and the file did not yet.
    cleared: bool,
    written: HashMap<&'static str, String>,
}

impl Small {
    /// After everything was forgotten.
    pub(crate) fn cleared() -> Self {
        Self {
            cleared: true,
            ..Self::default()
        }
    }

    /// Begins to write what changed: first what is forgotten goes.
    pub(crate) fn begin(&mut self, to: &mut Changes<'_>) {
        if std::mem::take(&mut self.cleared) {
            to.all.push(Change::Clear(to.owner));
        }
    }

    /// Writes a document if its text changed.
    pub(crate) fn put(&mut self, kind: &'static str, body: &impl Serialize, to: &mut Changes<'_>) {
        let body = text(body);
        if self.written.get(kind) != Some(&body) {
            self.written.insert(kind, body.clone());
            let (owner, key) = (to.owner, String::new());
            to.all.push(Change::Put {
                owner,
                kind,
                key,
                body,
            });
        }
    }
}

/// A document that this version cannot read.
#[derive(Debug, thiserror::Error)]
#[error("a document of the kind `{kind}` cannot be read: {why}")]
pub(crate) struct Unreadable {
    kind: String,
    why: String,
}

impl Unreadable {
    pub(crate) fn new(kind: &str, why: impl Display) -> Self {
        let (kind, why) = (kind.to_owned(), why.to_string());
        Self { kind, why }
    }
}

/// The documents of one owner by kind, as pairs of key and body.
#[derive(Default)]
pub(crate) struct Documents(HashMap<String, Vec<(String, String)>>);

impl Documents {
    pub(crate) fn add(&mut self, kind: String, key: String, body: String) {
        self.0.entry(kind).or_default().push((key, body));
    }

    /// Takes the documents of a kind.
    pub(crate) fn take<K: DeserializeOwned + Ord, V: DeserializeOwned>(
        &mut self,
        kind: &str,
    ) -> Result<BTreeMap<K, V>, Unreadable> {
        let rows = self.0.remove(kind).unwrap_or_default().into_iter();
        let read = |(key, body): (String, String)| {
            let bad = |error| Unreadable::new(kind, error);
            let key = serde_json::from_str(&key).map_err(bad)?;
            Ok((key, serde_json::from_str(&body).map_err(bad)?))
        };
        rows.map(read).collect()
    }

    /// Takes the only document of a kind.
    pub(crate) fn take_small<T: DeserializeOwned>(
        &mut self,
        kind: &str,
    ) -> Result<Option<T>, Unreadable> {
        let mut rows = self.0.remove(kind).unwrap_or_default();
        let body = rows.pop().map(|(_, body)| serde_json::from_str(&body));
        body.transpose()
            .map_err(|error| Unreadable::new(kind, error))
    }
}

/// Reads a name, and finds what has it.
pub(crate) fn by_name<'de, D: Deserializer<'de>, T>(
    input: D,
    find: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let name: String = serde::Deserialize::deserialize(input)?;
    find(&name).ok_or_else(|| D::Error::custom(format!("nothing has the name `{name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_change_of_a_document_is_kept() {
        let put = |owner, key: &str, body: &str| Change::Put {
            owner,
            kind: "order",
            key: key.to_owned(),
            body: body.to_owned(),
        };
        let remove = |key: &str| Change::Remove {
            owner: "shop",
            kind: "order",
            key: key.to_owned(),
        };
        let mut changes = vec![
            put("shop", "1", "old"),
            put("other", "1", "first"),
            Change::Clear("shop"),
            put("shop", "2", "first"),
            put("shop", "3", "first"),
            put("shop", "2", "last"),
            remove("3"),
            put("other", "1", "last"),
        ];
        compact(&mut changes);
        assert_eq!(
            changes,
            [
                Change::Clear("shop"),
                put("shop", "2", "last"),
                remove("3"),
                put("other", "1", "last"),
            ]
        );
    }
}
