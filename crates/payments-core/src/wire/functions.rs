//! The readers as functions for `deserialize_with`, each a marker of this module under another name.

use super::{Lenient, List, Millis, Optional, Scalar};
use crate::{Amount, ProviderRef, Timestamp};
use serde::{Deserialize, Deserializer};
use serde_with::{DeserializeAs, Same};

macro_rules! functions {
    ($($name:ident -> $type:ty, $marker:ty;)+) => {
        $(
            #[doc = concat!("As the marker `", stringify!($marker), "`.")]
            ///
            /// # Errors
            /// When the marker cannot read the value.
            pub fn $name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                <$marker>::deserialize_as(deserializer)
            }
        )+
    };
}

functions! {
    text -> String, Scalar;
    optional_text -> Option<String>, Optional;
    amount -> Amount, Scalar;
    optional_amount -> Option<Amount>, Optional;
    integer -> u64, Scalar;
    optional_integer -> Option<u64>, Optional;
    optional_millis -> Option<Timestamp>, Optional<Millis>;
    provider_ref -> ProviderRef, Scalar;
    optional_provider_ref -> Option<ProviderRef>, Optional;
    flag -> bool, Scalar;
}

/// As the marker `Optional<_>`.
///
/// # Errors
/// When the value is not a `T`.
pub fn optional<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Optional::<Same>::deserialize_as(deserializer)
}

/// As the marker `List`.
///
/// # Errors
/// When the value is not an array of `T`.
pub fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    List::<Same>::deserialize_as(deserializer)
}

/// The readers that return `None` for what they cannot read, as functions.
pub mod informative {
    use super::{Amount, DeserializeAs, Deserializer, Lenient, Millis, Timestamp};

    functions! {
        text -> Option<String>, Lenient;
        amount -> Option<Amount>, Lenient;
        integer -> Option<u64>, Lenient;
        millis -> Option<Timestamp>, Lenient<Millis>;
        flag -> Option<bool>, Lenient;
    }
}
