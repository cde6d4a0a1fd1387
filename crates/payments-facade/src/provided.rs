//! The provider's own answer, behind the common one.

use std::any::{Any, type_name};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A provider's typed answer of any type. Cloning is cheap; `Debug` shows the type alone.
#[derive(Clone)]
pub struct ProviderResponse {
    value: Arc<dyn Any + Send + Sync>,
    type_name: &'static str,
}

impl ProviderResponse {
    /// Keeps an answer.
    pub fn new<T: Send + Sync + 'static>(value: T) -> Self {
        Self {
            value: Arc::new(value),
            type_name: type_name::<T>(),
        }
    }

    /// The answer, where it is of this type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }
}

impl fmt::Debug for ProviderResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderResponse({})", self.type_name)
    }
}

/// What a call gives: the common value, and the provider's typed answer it was read from.
///
/// The documentation of each adapter names the types of its answers.
///
/// ```
/// use payments_facade::{Answer, ProviderResponse};
///
/// struct TheirOrder {
///     pledge: u32,
/// }
///
/// let answer = Answer::new("order-1001", ProviderResponse::new(TheirOrder { pledge: 7 }));
/// assert_eq!(answer.len(), 10); // the common value
/// assert_eq!(answer.provided::<TheirOrder>().map(|order| order.pledge), Some(7));
/// ```
#[derive(Clone, Debug)]
pub struct Answer<T> {
    value: T,
    provided: ProviderResponse,
}

impl<T> Answer<T> {
    /// A value and where it came from.
    pub fn new(value: T, provided: ProviderResponse) -> Self {
        Self { value, provided }
    }

    /// The provider's typed answer, where it is of type `P`.
    #[must_use]
    pub fn provided<P: Send + Sync + 'static>(&self) -> Option<&P> {
        self.provided.get()
    }

    /// The common value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Both.
    pub fn into_parts(self) -> (T, ProviderResponse) {
        (self.value, self.provided)
    }

    /// Another value read from the same answer.
    pub fn map<U>(self, read: impl FnOnce(T) -> U) -> Answer<U> {
        Answer::new(read(self.value), self.provided)
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
