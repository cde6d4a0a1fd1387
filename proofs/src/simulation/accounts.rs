//! The merchant's accounts at the providers, and the orders that fit them.

use std::sync::{Arc, OnceLock};

use payments_core::{Amount, Clock, Executor, MerchantRef};
use payments_facade::ccpayment::{self, Ccpayment};
use payments_facade::ccpayment_v2::{self, CcpaymentV2};
use payments_facade::chainup_opay::{self, ChainupOpay};
use payments_facade::cpay::{self, Cpay};
use payments_facade::facts::RateLimit;
use payments_facade::layer::{Metered, RateLimited, RateLimiter};
use payments_facade::{
    CheckoutOrder, Destination, Fee, Gateway, Gateways, Money, Payee, PayoutOrder, network,
};
use payments_sandbox::Gateway as Provider;
use payments_simulation::{Chance, SimulatedClock};

use super::wire::Wire;

/// Where webhooks go: the path is the id of the gateway.
pub(super) const SHOP: &str = "http://localhost";
/// The base URL of the sandbox.
pub(super) const SANDBOX: &str = "http://localhost";

/// The two providers of a day. Their orders are alike, so that the second one can make what the first one cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    CpayAndChainup,
    BothCcpayments,
}

impl Pair {
    /// The providers, with the gateways' ids.
    pub(super) fn providers(self) -> [(Provider, &'static str); 2] {
        match self {
            Self::CpayAndChainup => [
                (Provider::CPAY, "cpay/main"),
                (Provider::CHAINUP_OPAY, "chainup-opay/main"),
            ],
            Self::BothCcpayments => [
                (Provider::CCPAYMENT, "ccpayment/v1"),
                (Provider::CCPAYMENT_V2, "ccpayment/v2"),
            ],
        }
    }

    /// The gateway's id at one of the two providers.
    pub(super) fn id_of(self, provider: Provider) -> &'static str {
        let all = self.providers();
        let found = all.into_iter().find(|(known, _)| *known == provider);
        found.unwrap().1
    }

    /// The ids of the gateways that make payouts.
    pub(super) fn payers(self) -> &'static [&'static str] {
        match self {
            Self::CpayAndChainup => &["cpay/main"],
            Self::BothCcpayments => &["ccpayment/v1", "ccpayment/v2"],
        }
    }

    /// An order that both providers can make.
    pub(super) fn checkout(self, name: &str, amount: &str) -> CheckoutOrder {
        let reference = MerchantRef::new(name).unwrap();
        let money = Money::of(amount, "USDT").unwrap();
        match self {
            Self::CpayAndChainup => CheckoutOrder::hosted(reference, money)
                .customer("22033390")
                .success_url("https://shop.example/return")
                .notify_url(format!("{SHOP}/shop")),
            Self::BothCcpayments => {
                let asset = money.asset.on_network(network::TRON).unwrap();
                CheckoutOrder::native(reference, Money::new(money.amount, asset))
            }
        }
    }

    /// A payout that each of the pair's payers can make.
    pub(super) fn payout(self, name: &str, amount: &str) -> PayoutOrder {
        let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON).unwrap();
        let (reference, payee) = (MerchantRef::new(name).unwrap(), Payee::Chain(to));
        let money = Money::of(amount, "USDT").unwrap();
        match self {
            Self::CpayAndChainup => {
                let arrives = money.amount.checked_sub(Amount::from(1)).unwrap();
                let fee = Fee::Split { arrives };
                PayoutOrder::new(reference, payee, money, fee).customer("22033390")
            }
            Self::BothCcpayments => PayoutOrder::new(reference, payee, money, Fee::OnTop),
        }
    }
}

/// The gateways of a pair as a process of the merchant opens them, with the layers that applications use.
pub(super) fn open(pair: Pair, wire: &Wire, clock: &SimulatedClock, chance: &Chance) -> Gateways {
    let executor = || {
        Executor::new(
            Arc::new(wire.clone()),
            Arc::new(clock.clone()),
            Arc::new(chance.clone()),
        )
    };
    let keys = wire.sandbox().credentials();
    let mut gateways = Gateways::new();
    match pair {
        Pair::CpayAndChainup => {
            let own = &keys.cpay;
            let config = cpay::Config::new(SANDBOX, &own.merchant_id, &own.secret).unwrap();
            add(
                &mut gateways,
                clock,
                Cpay::new("main", &config, executor()).unwrap(),
            );
            // The keys are the same every day, and reading them takes as long as several requests.
            static CONFIG: OnceLock<chainup_opay::Config> = OnceLock::new();
            let config = CONFIG.get_or_init(|| {
                let own = &keys.chainup_opay;
                let (private, public) = (&own.merchant_private_key, &own.platform_public_key);
                let config = chainup_opay::Config::new(SANDBOX, &own.app_id, private, public);
                // Simulated time would go on while another thread decrypts.
                config.unwrap().decryption_threads(0)
            });
            add(
                &mut gateways,
                clock,
                ChainupOpay::new("main", config, executor()).unwrap(),
            );
        }
        Pair::BothCcpayments => {
            let (own, url) = (&keys.ccpayment, format!("{SANDBOX}/ccpayment/v1/"));
            let config = ccpayment::Config::new(url, &own.app_id, &own.app_secret).unwrap();
            add(
                &mut gateways,
                clock,
                Ccpayment::new("v1", &config, executor()).unwrap(),
            );
            let (own, url) = (&keys.ccpayment_v2, format!("{SANDBOX}/ccpayment/v2/"));
            let config = ccpayment_v2::Config::new(url, &own.app_id, &own.app_secret).unwrap();
            add(
                &mut gateways,
                clock,
                CcpaymentV2::new("v2", &config, executor()).unwrap(),
            );
        }
    }
    gateways
}

fn add(gateways: &mut Gateways, clock: &SimulatedClock, gateway: impl Gateway) {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let rate = RateLimit {
        requests: 10,
        per: std::time::Duration::from_secs(1),
    };
    let limiter = RateLimiter::new(Arc::clone(&clock)).with_rate(rate);
    let gateway = Metered::new(RateLimited::new(gateway, limiter), clock);
    gateways.add(gateway).unwrap();
}
