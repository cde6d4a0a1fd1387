//! The personal data of `submitKYC`. Only the customer's id is printed.

use std::fmt;

use payments_core::{Date, InvalidRequest, SensitiveString, check};
use serde::Serialize;

use crate::rules;

/// The longest URL of a scanned document; the specification has no limit.
const URL_CHARS: usize = 2_048;

/// One customer's data.
///
/// The specification has no table of these fields. The names are those of its sample, and that all but the middle name
/// and the pictures are required is `assumed` from it. A person without a picture is sent; the gateway may not accept
/// them (`assumed`).
///
/// ```
/// use cpay_client::{Contact, Date, FullName, Gender, IdDocument, Person};
///
/// let person = Person::new(
///     "231xsd23",
///     FullName::new("hart", "lee"),
///     Date::new(1987, 5, 1)?,
///     Gender::Male,
///     "RU",
///     Contact::new("asdf@mail.example", "7", "23452345"),
///     IdDocument::new("12341234123", Date::new(2008, 1, 1)?, Date::new(2038, 1, 1)?)
///         .id_card_url("https://files.shop.example/pi.jpg"),
/// );
/// assert_eq!(format!("{person:?}"), r#"Person { user_id: "231xsd23", .. }"#);
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    user_id: String,
    name: FullName,
    birthday: Date,
    gender: Gender,
    country: String,
    contact: Contact,
    document: IdDocument,
}

impl Person {
    /// - `user_id`: the customer in the merchant's system, up to 64 characters as in every other call.
    /// - `country`: alpha-2, such as `RU`. Whether it is the country of residence or of the document is not documented.
    #[must_use]
    pub fn new(
        user_id: impl Into<String>,
        name: FullName,
        birthday: Date,
        gender: Gender,
        country: impl Into<String>,
        contact: Contact,
        document: IdDocument,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            name,
            birthday,
            gender,
            country: country.into(),
            contact,
            document,
        }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::no_ampersand("user_id", &self.user_id, 64),
            self.name.check(),
            rules::country(&self.country),
            self.contact.check(),
            self.document.check(),
        ])
    }

    pub(crate) fn row(&self) -> Row<'_> {
        Row {
            user_id: &self.user_id,
            first_name: self.name.first.expose(),
            middle_name: self.name.middle.expose(),
            last_name: self.name.last.expose(),
            birthday: self.birthday,
            gender: self.gender.as_str(),
            country: &self.country,
            idd_code: self.contact.idd_code.expose(),
            personal_code: self.document.personal_code.expose(),
            valid_from: self.document.valid_from,
            valid_until: self.document.valid_until,
            id_card_urls: &self.document.id_card_urls,
            document_urls: &self.document.document_urls,
            email: self.contact.email.expose(),
            mobile: self.contact.mobile.expose(),
        }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// A person on the wire, with the names and the order of the specification's sample, including `brithday` and
/// `IdCardUrls`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row<'a> {
    user_id: &'a str,
    first_name: &'a str,
    middle_name: &'a str,
    last_name: &'a str,
    #[serde(rename = "brithday")]
    birthday: Date,
    gender: &'a str,
    country: &'a str,
    idd_code: &'a str,
    personal_code: &'a str,
    #[serde(rename = "certificateDateStart")]
    valid_from: Date,
    #[serde(rename = "certificateDateEnd")]
    valid_until: Date,
    #[serde(rename = "IdCardUrls")]
    id_card_urls: &'a [SensitiveString],
    document_urls: &'a [SensitiveString],
    email: &'a str,
    mobile: &'a str,
}

/// A person's name. `Debug` does not show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullName {
    pub(crate) first: SensitiveString,
    middle: SensitiveString,
    pub(crate) last: SensitiveString,
}

impl FullName {
    /// First and last name, in any script.
    #[must_use]
    pub fn new(first: impl Into<String>, last: impl Into<String>) -> Self {
        Self {
            first: SensitiveString::from(first),
            middle: SensitiveString::default(),
            last: SensitiveString::from(last),
        }
    }

    /// The middle name; sent empty by default. Card payments have no field for it.
    #[must_use]
    pub fn middle(mut self, middle: impl Into<String>) -> Self {
        self.middle = SensitiveString::from(middle);
        self
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::no_ampersand("first_name", self.first.expose(), rules::UNSTATED),
            match self.middle.expose() {
                "" => Ok(()),
                middle => check::no_ampersand("middle_name", middle, rules::UNSTATED),
            },
            check::no_ampersand("last_name", self.last.expose(), rules::UNSTATED),
        ])
    }
}

/// The two values of `gender` in the specification's sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gender {
    /// `male`.
    Male,
    /// `female`.
    Female,
}

impl Gender {
    fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

/// A person's identity document and the URLs of its pictures. `Debug` shows only the number of pictures.
#[derive(Clone, PartialEq, Eq)]
pub struct IdDocument {
    personal_code: SensitiveString,
    valid_from: Date,
    valid_until: Date,
    id_card_urls: Vec<SensitiveString>,
    document_urls: Vec<SensitiveString>,
}

impl IdDocument {
    /// - `personal_code`: the number of the document or of its holder; the specification does not state which.
    /// - `valid_from`, `valid_until`: sent as `certificateDateStart` and `certificateDateEnd`.
    #[must_use]
    pub fn new(personal_code: impl Into<String>, valid_from: Date, valid_until: Date) -> Self {
        Self {
            personal_code: SensitiveString::from(personal_code),
            valid_from,
            valid_until,
            id_card_urls: Vec::new(),
            document_urls: Vec::new(),
        }
    }

    /// Adds a picture of the identity card, by the URL the gateway fetches it from.
    #[must_use]
    pub fn id_card_url(mut self, url: impl Into<String>) -> Self {
        self.id_card_urls.push(SensitiveString::from(url));
        self
    }

    /// Adds another document, by the URL the gateway fetches it from.
    #[must_use]
    pub fn document_url(mut self, url: impl Into<String>) -> Self {
        self.document_urls.push(SensitiveString::from(url));
        self
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        let (mut id_cards, mut documents) = (self.id_card_urls.iter(), self.document_urls.iter());
        InvalidRequest::all([
            check::text(
                "personal_code",
                self.personal_code.expose(),
                rules::UNSTATED,
            ),
            match self.valid_until < self.valid_from {
                true => Err(InvalidRequest::request(
                    "valid_until",
                    "is before valid_from",
                )),
                false => Ok(()),
            },
            id_cards.try_for_each(|url| check::url("id_card_url", url.expose(), URL_CHARS)),
            documents.try_for_each(|url| check::url("document_url", url.expose(), URL_CHARS)),
        ])
    }
}

impl fmt::Debug for IdDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdDocument")
            .field("id_card_urls", &self.id_card_urls.len())
            .field("document_urls", &self.document_urls.len())
            .finish_non_exhaustive()
    }
}

/// E-mail and mobile of a person. `Debug` shows neither.
///
/// ```
/// use cpay_client::Contact;
///
/// let contact = Contact::new("ana@cliente.example", "7", "23452345");
/// # let _ = contact;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub(crate) email: SensitiveString,
    pub(crate) idd_code: SensitiveString,
    pub(crate) mobile: SensitiveString,
}

impl Contact {
    /// - `email`: an address with one `@`.
    /// - `idd_code`: the calling code of the country, digits without `+`: `7`, `44`, `1242`.
    /// - `mobile`: the number after it, up to 15 digits.
    #[must_use]
    pub fn new(
        email: impl Into<String>,
        idd_code: impl Into<String>,
        mobile: impl Into<String>,
    ) -> Self {
        Self {
            email: SensitiveString::from(email),
            idd_code: SensitiveString::from(idd_code),
            mobile: SensitiveString::from(mobile),
        }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        let digit = |c: char| c.is_ascii_digit();
        InvalidRequest::all([
            rules::email("email", self.email.expose()),
            check::matches(
                "idd_code",
                self.idd_code.expose(),
                (1, 6),
                digit,
                "1 to 6 digits without +",
            ),
            check::matches(
                "mobile",
                self.mobile.expose(),
                (1, 15),
                digit,
                "1 to 15 digits",
            ),
        ])
    }
}
