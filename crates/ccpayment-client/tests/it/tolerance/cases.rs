//! The recorded answers, and how strictly each field is read.

use ccpayment_client::v1::{AssetsQuery, BlockHeightsQuery, Call, CoinsQuery};
#[allow(deprecated)]
use ccpayment_client::v1::{SupportedTokensQuery, TokenChainsQuery};
use payments_core::Kind;
use serde_json::Value;

use crate::support::{self, recorded};

/// The result for an altered answer: the value as `Debug` shows it, or the kind of the fault.
pub(crate) type Altered = Result<String, Kind>;

/// One recorded answer, how to read it, and which of its objects is altered.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) read: Box<dyn Fn(&Value) -> Altered>,
    /// The altered object, as a JSON pointer.
    pub(crate) at: &'static str,
    /// Required in every answer.
    pub(crate) required: &'static [&'static str],
    /// Compared with the request.
    pub(crate) compared: &'static [&'static str],
    /// Other fields whose unreadable value makes the answer unreadable.
    pub(crate) strict: &'static [&'static str],
}

pub(crate) fn case<C: Call + 'static>(
    name: &'static str,
    call: C,
    at: &'static str,
    [required, compared, strict]: [&'static [&'static str]; 3],
) -> Case
where
    C::Output: std::fmt::Debug,
{
    let read = move |body: &Value| {
        let answer = support::signed(body.to_string());
        support::client()
            .parse(&call, &answer, support::now())
            .map(|got| format!("{got:?}"))
            .map_err(|fault| fault.kind())
    };
    Case {
        name,
        read: Box::new(read),
        at,
        required,
        compared,
        strict,
    }
}

#[allow(deprecated)]
pub(crate) fn cases() -> Vec<Case> {
    let ordered: &[&str] = &["order_id", "pay_address"];
    let paid_to: &[&str] = &["memo", "crypto", "network"];
    let named: &[&str] = &["merchant_order_id", "status"];
    let trade: &[&str] = &["amount", "crypto", "status"];
    vec![
        case(
            "create-order",
            support::order(),
            "/data",
            [ordered, &["amount", "token_id"], paid_to],
        ),
        case(
            "create-order-product-price",
            support::order(),
            "/data",
            [ordered, &["product_price", "token_id"], paid_to],
        ),
        case(
            "create-checkout",
            support::checkout(),
            "/data",
            [&["payment_url"], &[], &[]],
        ),
        case(
            "deposits",
            support::deposits(),
            "/data/0/order_detail",
            [
                named,
                &named[..1],
                &[
                    "product_price",
                    "denominated_currency",
                    "crypto",
                    "order_amount",
                ],
            ],
        ),
        case(
            "deposits",
            support::deposits(),
            "/data/0/trade_list/0",
            [&[], &[], trade],
        ),
        case(
            "deposits",
            support::deposits(),
            "/data/0/refund_list/0",
            [
                &[],
                &[],
                &[
                    "refund_amount",
                    "actual_received_amount",
                    "crypto",
                    "status",
                ],
            ],
        ),
        case(
            "withdrawals",
            support::withdrawals(),
            "/data/0/order_detail",
            [named, &named[..1], &["order_id", "crypto", "order_amount"]],
        ),
        case(
            "withdrawals",
            support::withdrawals(),
            "/data/0/trade_list/0",
            [&[], &[], trade],
        ),
        case(
            "deposit-address",
            support::deposit_address(),
            "/data",
            [&["address"], &[], &["memo"]],
        ),
        case(
            "withdraw",
            support::payout(),
            "/data",
            [&["order_id"], &[], &["record_id"]],
        ),
        case(
            "withdraw-older",
            support::payout(),
            "/data",
            [&["order_id"], &[], &[]],
        ),
        case(
            "coins",
            CoinsQuery::new(),
            "/data/list/0",
            [&["coin_id"], &[], &[]],
        ),
        case(
            "coins",
            CoinsQuery::new(),
            "/data/list/0/tokens/0",
            [&["token_id"], &[], &[]],
        ),
        case(
            "token-rate",
            support::rate(),
            "/data",
            [&["price"], &[], &["value"]],
        ),
        case(
            "assets",
            AssetsQuery::all(),
            "/data/list/0",
            [&["crypto"], &[], &["coin_id"]],
        ),
        case(
            "network-fee",
            support::network_fee(),
            "/data",
            [&["crypto", "fee"], &["token_id"], &[]],
        ),
        case(
            "block-heights",
            BlockHeightsQuery::new(),
            "/data/0",
            [&["chain"], &[], &[]],
        ),
        case(
            "check-user",
            support::user(),
            "/data",
            [&["c_id"], &["c_id"], &[]],
        ),
        case(
            "supported-tokens",
            SupportedTokensQuery::new(),
            "/data/list/0",
            [&[], &[], &[]],
        ),
        case(
            "token-chains",
            TokenChainsQuery::new(support::TOKEN),
            "/data/list/0",
            [&[], &[], &[]],
        ),
    ]
}

impl Case {
    pub(crate) fn body(&self) -> Value {
        serde_json::from_slice(&recorded(self.name)).unwrap()
    }

    /// The altered object.
    pub(crate) fn object<'b>(&self, body: &'b mut Value) -> &'b mut serde_json::Map<String, Value> {
        let found = body.pointer_mut(self.at).and_then(Value::as_object_mut);
        found.unwrap_or_else(|| panic!("{}: nothing at {}", self.name, self.at))
    }

    /// The answer with one field changed or removed.
    pub(crate) fn with(&self, field: &str, value: Option<Value>) -> Value {
        let mut body = self.body();
        let object = self.object(&mut body);
        match value {
            Some(value) => drop(object.insert(field.to_owned(), value)),
            None => drop(object.remove(field)),
        }
        body
    }

    pub(crate) fn is_strict(&self, field: &str) -> bool {
        [self.required, self.compared, self.strict]
            .iter()
            .any(|fields| fields.contains(&field))
    }
}
