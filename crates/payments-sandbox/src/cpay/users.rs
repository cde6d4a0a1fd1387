//! The merchant's users as far as C-Pay knows them, and their stored cards.

use serde::{Deserialize, Serialize};

use crate::shared::document::{Changes, Documents, Unreadable};
use crate::shared::kept::Kept;

/// More users and cards than any test makes.
const MOST: usize = 10_000;

/// A user of the merchant.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct User {
    /// Whether the merchant asked for the user's addresses.
    pub(super) has_addresses: bool,
    /// When the last accepted KYC item arrived.
    pub(super) kyc_ms: Option<u64>,
}

/// A stored card: its user and the order it was stored with. The card itself is not kept.
#[derive(Serialize, Deserialize)]
struct StoredCard {
    user_id: String,
    order_id: String,
}

#[derive(Default)]
pub(super) struct Users {
    rows: Kept<String, User>,
    cards: Kept<String, StoredCard>,
}

impl Users {
    /// Changes what is known of a user. `None` if there are too many users.
    pub(super) fn note(&mut self, user_id: &str, change: impl FnOnce(&mut User)) -> Option<()> {
        let known = self.rows.get(user_id);
        if known.is_none() && self.rows.len() >= MOST {
            return None;
        }
        let mut user = known.cloned().unwrap_or_default();
        change(&mut user);
        self.rows.insert(user_id.to_owned(), user);
        Some(())
    }

    /// Whether a KYC item of this user was accepted.
    pub(super) fn has_kyc(&self, user_id: &str) -> bool {
        let user = self.rows.get(user_id);
        user.is_some_and(|user| user.kyc_ms.is_some())
    }

    /// By user id.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &User)> {
        self.rows.iter().map(|(id, user)| (id.as_str(), user))
    }

    /// Stores a card as `card_id`, which can be charged once its order is paid. `None` if there are too many.
    pub(super) fn store_card(
        &mut self,
        card_id: &str,
        user_id: &str,
        order_id: &str,
    ) -> Option<()> {
        if self.cards.len() >= MOST {
            return None;
        }
        let card = StoredCard {
            user_id: user_id.to_owned(),
            order_id: order_id.to_owned(),
        };
        self.cards.insert(card_id.to_owned(), card);
        Some(())
    }

    /// The order a card of this user was stored with.
    pub(super) fn card_order(&self, card_id: &str, user_id: &str) -> Option<&str> {
        let card = self.cards.get(card_id)?;
        (card.user_id == user_id).then_some(card.order_id.as_str())
    }

    pub(super) fn save(&mut self, to: &mut Changes<'_>) {
        self.rows.save("user", to);
        self.cards.save("card", to);
    }

    pub(super) fn load(&mut self, from: &mut Documents) -> Result<(), Unreadable> {
        self.rows.load("user", from)?;
        self.cards.load("card", from)
    }
}
