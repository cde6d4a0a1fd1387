//! Keys as serde reads them: a wrong value does not stop the reading.

use serde::Deserialize;
use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, Visitor};
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
}

/// The names of a derived struct's fields, which serde passes to the deserializer.
pub(super) fn names<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    struct Names<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Names<'_> {
        type Error = Error;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _name: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Error> {
            *self.0 = fields;
            self.deserialize_any(visitor)
        }

        fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
            Err(Error::custom("there is no value"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut names = &[][..];
    // Always an error: only the names are of interest.
    let _ = T::deserialize(Names(&mut names));
    names
}
