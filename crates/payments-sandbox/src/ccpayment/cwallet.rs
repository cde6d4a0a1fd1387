//! The Cwallet users of the sandbox, who can be paid inside CCPayment without a fee.

/// A user of Cwallet.
pub(crate) struct User {
    pub(crate) id: &'static str,
    pub(crate) email: &'static str,
    pub(crate) nickname: &'static str,
}

/// All there are; no other id or address exists.
pub(crate) static USERS: [User; 3] = [
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

/// Whether a withdrawal to this text is meant for a Cwallet user: an id or an e-mail address. No chain's address has
/// digits only or an `@`.
pub(super) fn is_meant(address: &str) -> bool {
    address.contains('@') || (!address.is_empty() && address.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn by_id_or_email(text: &str) -> Option<&'static User> {
    let same = |user: &&User| user.id == text || user.email.eq_ignore_ascii_case(text);
    USERS.iter().find(same)
}
