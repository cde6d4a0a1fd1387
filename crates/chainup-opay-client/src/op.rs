//! The calls, one file for each, and the pay page.

pub(crate) mod call_raw;
pub(crate) mod cancel_order;
pub(crate) mod create_third_order;
pub(crate) mod merchant_billing_day;
pub(crate) mod order_detail;
pub(crate) mod pay_page;
