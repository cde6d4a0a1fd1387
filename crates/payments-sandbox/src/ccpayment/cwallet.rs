//! The Cwallet users of the sandbox, who are paid inside CCPayment without a fee.

use crate::shared::text::is_digits;

/// A user of Cwallet.
pub(super) struct User {
    pub(super) id: &'static str,
    pub(super) email: &'static str,
    pub(super) nickname: &'static str,
}

/// All users; no other id or e-mail address exists.
pub(super) static USERS: [User; 3] = [
    User {
        id: "9558861",
        email: "alice@cwallet.test",
        nickname: "Alice",
    },
    User {
        id: "9558862",
        email: "bob@cwallet.test",
        nickname: "Bob",
    },
    User {
        id: "9558863",
        email: "chloe@cwallet.test",
        nickname: "Chloé 🌊",
    },
];

pub(super) fn by_id(id: &str) -> Option<&'static User> {
    USERS.iter().find(|user| user.id == id)
}

/// Whether the text is the form of a Cwallet id or an e-mail address. Addresses of chains never are digits only or have an
/// `@`.
pub(super) fn has_form(address: &str) -> bool {
    address.contains('@') || is_digits(address)
}

pub(super) fn by_id_or_email(text: &str) -> Option<&'static User> {
    let same = |user: &&User| user.id == text || user.email.eq_ignore_ascii_case(text);
    USERS.iter().find(same)
}
