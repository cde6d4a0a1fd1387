//! The options of `payments sandbox` that change how the gateways behave.

use std::net::IpAddr;

use clap::Args;
use payments_sandbox::SandboxBuilder;

#[derive(Args)]
pub(super) struct Switches {
    /// The only addresses that C-Pay answers; can be repeated
    #[arg(long, value_name = "IP")]
    cpay_allowed_ip: Vec<IpAddr>,
    /// Accept C-Pay's card payments of users without KYC
    #[arg(long)]
    cpay_no_kyc: bool,
    /// The C-Pay account does not store cards
    #[arg(long)]
    cpay_no_card_storage: bool,
    /// Send C-Pay's webhooks of pending and processing orders too
    #[arg(long)]
    cpay_push_every_state: bool,
    /// A scene type in ChainUp's console, instead of the samples'; can be repeated
    #[arg(long, value_name = "DIGITS")]
    chainup_opay_scene_type: Vec<String>,
    /// Answer ChainUp's orderDetail without an envelope too
    #[arg(long)]
    chainup_opay_plain_order_detail: bool,
    /// Send CCPayment's webhooks of pending and processing payments too
    #[arg(long)]
    ccpayment_push_every_state: bool,
    /// Answer CCPayment's bill/info with the platform's eight words
    #[arg(long)]
    ccpayment_label_statuses: bool,
    /// Answer CCPayment's bill/create with the price in dollars
    #[arg(long)]
    ccpayment_amounts_in_usd: bool,
    /// The requests a second that CCPayment accepts (without it, 100)
    #[arg(long, value_name = "NUMBER")]
    ccpayment_requests_per_second: Option<u32>,
}

impl Switches {
    pub(super) fn apply(&self, builder: SandboxBuilder) -> SandboxBuilder {
        let mut builder = builder
            .cpay_kyc_required(!self.cpay_no_kyc)
            .cpay_card_storage(!self.cpay_no_card_storage)
            .cpay_push_every_state(self.cpay_push_every_state)
            .chainup_opay_plain_order_detail(self.chainup_opay_plain_order_detail)
            .ccpayment_push_every_state(self.ccpayment_push_every_state)
            .ccpayment_label_statuses(self.ccpayment_label_statuses)
            .ccpayment_amounts_in_usd(self.ccpayment_amounts_in_usd);
        if !self.cpay_allowed_ip.is_empty() {
            builder = builder.cpay_allowed_ips(self.cpay_allowed_ip.iter().copied());
        }
        if !self.chainup_opay_scene_type.is_empty() {
            builder = builder.chainup_opay_scene_types(&self.chainup_opay_scene_type);
        }
        if let Some(most) = self.ccpayment_requests_per_second {
            builder = builder.ccpayment_requests_per_second(most);
        }
        builder
    }
}
