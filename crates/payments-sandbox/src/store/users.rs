//! The merchant's users as far as the gateway knows them, and the cards they had stored.

use std::collections::BTreeMap;

/// More users and cards than any test makes.
const MOST: usize = 10_000;

/// A user of the merchant.
#[derive(Clone, Debug, Default)]
pub(crate) struct User {
    /// Whether the merchant asked for the user's addresses.
    pub(crate) has_addresses: bool,
    /// When the last accepted KYC item came.
    pub(crate) kyc_ms: Option<u64>,
}

/// A card that was stored: whose it is, and with which payment. The card itself is kept nowhere.
struct StoredCard {
    user_id: String,
    order_id: String,
}

#[derive(Default)]
pub(crate) struct Users {
    rows: BTreeMap<String, User>,
    cards: BTreeMap<String, StoredCard>,
}

impl Users {
    /// Changes what is known of a user; none when there are too many users.
    pub(crate) fn note(&mut self, user_id: &str, change: impl FnOnce(&mut User)) -> Option<()> {
        if self.rows.len() >= MOST && !self.rows.contains_key(user_id) {
            return None;
        }
        change(self.rows.entry(user_id.to_owned()).or_default());
        Some(())
    }

    /// By user id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &User)> {
        self.rows.iter().map(|(id, user)| (id.as_str(), user))
    }

    /// Keeps a card under `card_id`, to be charged once its order is paid; none when there are too many.
    pub(crate) fn store_card(
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
    pub(crate) fn card_order(&self, card_id: &str, user_id: &str) -> Option<&str> {
        let card = self.cards.get(card_id)?;
        (card.user_id == user_id).then_some(card.order_id.as_str())
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
