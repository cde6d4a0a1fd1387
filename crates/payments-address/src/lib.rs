//! Checks of addresses and memos before money is sent to them.
//!
//! A mistyped address, or an address of another network, loses the money for good, and no gateway documents that it checks
//! them. [`check`] knows the forms and checksums of the networks in [`Network`], by all their usual names.
//!
//! What passes is a text that has the form of an address of its network, not an address that someone owns. [`Checked`] says
//! how much was checked, and [`AddressError`] says in one line what is wrong and what to do.
//!
//! ```
//! use payments_address::{Reason, Strength, check, check_payee};
//!
//! let checked = check("TRC20", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")?;
//! assert_eq!(checked.strength(), Strength::Checksum);
//!
//! let refused = check("TRC20", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u").unwrap_err();
//! assert_eq!(refused.reason(), Reason::Checksum);
//!
//! // A destination tag is a number, without the label in front of it.
//! let refused = check_payee("xrp", "rrrrrrrrrrrrrrrrrrrrrhoLvTp", Some("tag:12345")).unwrap_err();
//! assert_eq!(
//!     refused.to_string(),
//!     "memo has a label in front of it: write only the value (allowed: 0 to 4294967295)",
//! );
//! # Ok::<(), payments_address::AddressError>(())
//! ```
//!
//! [`uri`] makes the text of QR codes and links for payers.

mod check;
mod checked;
mod error;
mod form;
mod memo;
mod network;
pub mod uri;

pub use check::{check, check_memo, check_payee};
pub use checked::{Checked, Strength};
pub use error::{AddressError, Reason};
pub use network::Network;
