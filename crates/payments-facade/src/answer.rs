//! The result of a call, with the provider's typed response.

use std::any::{Any, type_name};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A provider's typed response of any type. Cloning is cheap. `Debug` shows only the type.
#[derive(Clone)]
pub struct ProviderResponse {
    value: Arc<dyn Any + Send + Sync>,
    type_name: &'static str,
}

impl ProviderResponse {
    /// Wraps a response.
    pub fn new<T: Send + Sync + 'static>(value: T) -> Self {
        Self::shared(Arc::new(value))
    }

    /// Wraps a large response where it is.
    pub(crate) fn shared<T: Send + Sync + 'static>(value: Arc<T>) -> Self {
        Self {
            value,
            type_name: type_name::<T>(),
        }
    }

    /// The response, if it is of this type.
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

/// The result of a call: the common value, and the provider's typed response from which it was read.
///
/// The documentation of each adapter lists the types of its responses.
///
/// ```
/// use payments_facade::answer::{Answer, ProviderResponse};
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
    /// A value and the response from which it was read.
    pub fn new(value: T, provided: ProviderResponse) -> Self {
        Self { value, provided }
    }

    /// The provider's typed response, if it is of type `P`.
    #[must_use]
    pub fn provided<P: Send + Sync + 'static>(&self) -> Option<&P> {
        self.provided.get()
    }

    /// The common value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The common value and the provider's response.
    pub fn into_parts(self) -> (T, ProviderResponse) {
        (self.value, self.provided)
    }

    /// Converts the common value and keeps the provider's response.
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
