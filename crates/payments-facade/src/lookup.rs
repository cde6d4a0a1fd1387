//! How an order is looked up.

use payments_core::{MerchantRef, ProviderRef};

/// How an order is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookup {
    /// By the merchant's reference. It must be unique among calls of all kinds: not every provider says what kind it found.
    Reference(MerchantRef),
    /// By the provider's id.
    Provider(ProviderRef),
    /// By the hash of a transaction on a chain.
    Transaction(String),
}

/// The kinds of [`Lookup`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LookupKind {
    /// [`Lookup::Reference`].
    Reference,
    /// [`Lookup::Provider`].
    Provider,
    /// [`Lookup::Transaction`].
    Transaction,
}

impl LookupKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[Self::Reference, Self::Provider, Self::Transaction];

    /// The name in capability tables and errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "by_reference",
            Self::Provider => "by_provider_id",
            Self::Transaction => "by_transaction",
        }
    }
}

impl Lookup {
    /// The kind of this lookup.
    #[must_use]
    pub const fn kind(&self) -> LookupKind {
        match self {
            Self::Reference(_) => LookupKind::Reference,
            Self::Provider(_) => LookupKind::Provider,
            Self::Transaction(_) => LookupKind::Transaction,
        }
    }
}

impl From<MerchantRef> for Lookup {
    fn from(reference: MerchantRef) -> Self {
        Self::Reference(reference)
    }
}

impl From<ProviderRef> for Lookup {
    fn from(id: ProviderRef) -> Self {
        Self::Provider(id)
    }
}
