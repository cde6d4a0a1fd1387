//! By what an order is asked for.

use payments_core::{MerchantRef, ProviderRef};

/// By what an order is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookup {
    /// The merchant's own reference, unique over calls of all kinds: not every provider says what it has found.
    Reference(MerchantRef),
    /// The provider's id.
    Provider(ProviderRef),
    /// The hash of a transaction on its chain.
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
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Reference, Self::Provider, Self::Transaction];

    /// The name in capability tables and in refusals.
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
    /// Which kind it is.
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
