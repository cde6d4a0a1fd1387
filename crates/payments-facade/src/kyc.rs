//! Who the customers are.

use async_trait::async_trait;
use payments_core::InvalidRequest;

use crate::{Answer, Contact, Date, Error, PersonName, SensitiveString};

/// Handing over what a provider must know of customers.
#[async_trait]
pub trait Kyc: Send + Sync {
    /// The most customers of one submission.
    fn most(&self) -> usize;

    /// Everything that [`submit`](Self::submit) would refuse before any I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats a person's data.
    fn check(&self, people: &[KycPerson]) -> Result<(), InvalidRequest>;

    /// Hands over the data of these customers, up to [`most`](Self::most) of them. It moves no money.
    ///
    /// # Errors
    /// [`Error`]. After an unknown outcome it is the caller's to decide whether to submit again.
    async fn submit(&self, people: &[KycPerson]) -> Result<Answer<KycReceipt>, Error>;
}

/// One customer's data. `Debug` shows the customer's id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct KycPerson {
    /// The customer, by the merchant's own id.
    pub customer: String,
    /// Name.
    pub name: PersonName,
    /// Day of birth.
    pub birthday: Date,
    /// Gender, where the provider wants one.
    pub gender: Option<Gender>,
    /// Country, ISO 3166-1 alpha-2.
    pub country: String,
    /// How the customer is reached.
    pub contact: Contact,
    /// The identity document.
    pub document: IdDocument,
}

impl std::fmt::Debug for KycPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KycPerson")
            .field("customer", &self.customer)
            .finish_non_exhaustive()
    }
}

/// As identity documents state it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
}

/// An identity document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdDocument {
    /// Its number.
    pub number: SensitiveString,
    /// Its first day.
    pub valid_from: Date,
    /// Its last day.
    pub valid_until: Date,
    /// Pictures of the identity card, by the URLs the provider fetches them from.
    pub card_urls: Vec<SensitiveString>,
    /// Other documents, the same way.
    pub document_urls: Vec<SensitiveString>,
}

/// What became of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KycReceipt {
    /// How many customers were handed over.
    pub submitted: u64,
    /// How many the provider accepted. It need not say which.
    pub accepted: u64,
}

impl KycReceipt {
    /// Whether none was left out.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        self.accepted == self.submitted
    }
}
