//! Keys and tables as serde reads them: a wrong value does not stop the reading.

use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer as _, MapAccess, Visitor,
};
use toml::Spanned;

/// A key that may be missing. Reading it never fails: a value of the wrong type is kept as such, with its place.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Field<T, const REQUIRED: bool = false>(Option<Spanned<Lenient<T>>>);

/// A key that must be there.
pub(super) type Required<T> = Field<T, true>;

struct Lenient<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(T::deserialize(deserializer).ok()))
    }
}

impl<T, const REQUIRED: bool> Default for Field<T, REQUIRED> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T, const REQUIRED: bool> Field<T, REQUIRED> {
    pub(super) fn is_present(&self) -> bool {
        self.0.is_some()
    }

    /// The value and its offset. `None` in place of a value of the wrong type.
    pub(super) fn into_parts(self) -> Option<(Option<T>, usize)> {
        let value = self.0?;
        let at = value.span().start;
        Some((value.into_inner().0, at))
    }

    /// The value, if it is there and has the right type.
    pub(super) fn value(self) -> Option<T> {
        self.0?.into_inner().0
    }
}

/// A table of the file: its keys by a derived struct, and the keys that the struct does not have.
pub(super) struct Table<T> {
    pub(super) keys: T,
    pub(super) known: &'static [&'static str],
    pub(super) unknown: Vec<Spanned<String>>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut known, mut unknown) = (&[][..], Vec::new());
        let keys = T::deserialize(Watched {
            inner: deserializer,
            known: &mut known,
            unknown: &mut unknown,
        })?;
        Ok(Self {
            keys,
            known,
            unknown,
        })
    }
}

/// Between a derived struct and the deserializer of its table. serde passes the struct's field names to the deserializer;
/// keys that are not among them are collected instead of ignored.
struct Watched<'a, I> {
    inner: I,
    known: &'a mut &'static [&'static str],
    unknown: &'a mut Vec<Spanned<String>>,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Watched<'_, D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        *self.known = fields;
        self.inner.deserialize_map(Watched {
            inner: visitor,
            known: self.known,
            unknown: self.unknown,
        })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Watched<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Watched {
            inner: map,
            known: self.known,
            unknown: self.unknown,
        })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Watched<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.inner.next_key::<Spanned<String>>()? {
            if self.known.contains(&key.get_ref().as_str()) {
                return seed
                    .deserialize(key.into_inner().into_deserializer())
                    .map(Some);
            }
            self.inner.next_value::<IgnoredAny>()?;
            self.unknown.push(key);
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(seed)
    }
}
