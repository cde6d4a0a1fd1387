//! Payment URIs for a customer who sends money to an address.

use payments_address::Network;
use payments_address::uri::{PaymentRequest, PaymentUri};

use super::CustomerStep;
use crate::address::DepositAddress;
use crate::payout::{Coin, Destination};

impl CustomerStep {
    /// A URI for a QR code or a link that opens the customer's wallet with address, amount and memo filled in. Its
    /// [`note`](PaymentUri::note) says what it lacks.
    ///
    /// `None` if it would be wrong or not understood: for a page to visit, for networks without documented URIs, such as TRON,
    /// and if the provider did not state which coin of the network is meant. Then show address, amount and memo.
    #[must_use]
    pub fn payment_uri(&self) -> Option<PaymentUri> {
        let Self::Send { to, money } = self else {
            return None;
        };
        let amount = money.as_ref().map(|money| money.amount.to_string());
        let mut request = request(to.network(), to.address(), to.memo());
        if let Some(amount) = &amount {
            request = request.amount(amount);
        }
        match coin(to)? {
            Coin::Native => {}
            Coin::Token { contract } => request = request.token(contract, None),
        }
        request.uri().ok()
    }
}

impl DepositAddress {
    /// A URI without an amount, for a QR code. `None` on networks with tokens, because the address may not accept the coin
    /// that a wallet would choose, and on networks without documented URIs. Then show address and memo.
    #[must_use]
    pub fn payment_uri(&self) -> Option<PaymentUri> {
        let network = Network::by_name(&self.network)?;
        let memo = self.memo.as_ref().map(|memo| memo.expose());
        let request = request(network.name(), self.address.expose(), memo);
        network.has_one_coin().then(|| request.uri().ok())?
    }
}

fn request<'a>(network: &'a str, address: &'a str, memo: Option<&'a str>) -> PaymentRequest<'a> {
    let request = PaymentRequest::new(network, address);
    match memo {
        Some(memo) => request.memo(memo),
        None => request,
    }
}

/// The coin that the provider stated, or the only one of the network.
fn coin(to: &Destination) -> Option<&Coin> {
    let only = || Network::by_name(to.network()).filter(|network| network.has_one_coin());
    to.coin().or_else(|| only().map(|_| &Coin::Native))
}
