//! What all providers share: clock, ids, deliveries, request log, orders as the dashboard shows them, and helpers for
//! forms, pages and amounts. Nothing here knows a provider.

pub(crate) mod action;
pub(crate) mod address;
pub(crate) mod admin_request;
pub(crate) mod amount;
pub(crate) mod api_request;
pub(crate) mod clock;
pub(crate) mod context;
pub(crate) mod decimal;
pub(crate) mod deliveries;
pub(crate) mod document;
pub(crate) mod due;
pub(crate) mod exchange;
pub(crate) mod fault;
pub(crate) mod form;
pub(crate) mod gateway;
pub(crate) mod html;
pub(crate) mod http;
pub(crate) mod ids;
pub(crate) mod journal;
pub(crate) mod kept;
pub(crate) mod ledger;
pub(crate) mod masking;
pub(crate) mod order;
pub(crate) mod order_table;
pub(crate) mod provider;
pub(crate) mod rate_limit;
pub(crate) mod requests;
pub(crate) mod resend;
pub(crate) mod setting;
pub(crate) mod text;
pub(crate) mod unsaved;
