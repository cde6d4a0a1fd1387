//! The answers: `{"code":"0","msg":"succ","data":…,"sign":…}`, errors without the last two.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::value::RawValue;

use super::account::Account;
use crate::shared::fault;
use crate::shared::fault::meet::Refuse;
use crate::shared::http;
use crate::shared::order_table::AddRefused;
use crate::shared::provider::{FieldNames, Signing};
use crate::shared::requests::RequestRecord;

pub(super) const OK: u32 = 0;
pub(super) const SUCCESS: &str = "succ";

pub(super) const SYSTEM: u32 = 10_001;
pub(super) const PARAMETER: u32 = 10_020;
pub(super) const METHOD: u32 = 50_000;
pub(super) const APP_ILLEGAL: u32 = 50_001;
pub(super) const APP_UNKNOWN: u32 = 50_004;
pub(super) const SIGNATURE: u32 = 50_005;
pub(super) const NO_SUCH_CALL: u32 = 50_007;
pub(super) const TIME: u32 = 50_010;
pub(super) const NO_ORDER: u32 = 70_001;
pub(super) const ORDER_EXISTS: u32 = 70_002;
pub(super) const ORDER_STATUS: u32 = 70_003;
pub(super) const PAYER: u32 = 70_004;
pub(super) const COIN: u32 = 70_007;
pub(super) const AMOUNT: u32 = 70_008;
pub(super) const SCENE: u32 = 70_009;

/// The codes of the provider's guide. The words for `msg` are the sandbox's own.
const CODES: [(u32, &str); 38] = [
    (SYSTEM, "system error"),
    (10_003, "slider check failed"),
    (10_004, "text message not delivered"),
    (10_005, "sent too often"),
    (10_009, "wrong code of text message or mail"),
    (10_010, "wrong Google code"),
    (10_015, "operation failed"),
    (PARAMETER, "parameter error"),
    (METHOD, "method not supported"),
    (APP_ILLEGAL, "appKey illegal"),
    (50_002, "redirect address not configured"),
    (50_003, "permission group missing"),
    (APP_UNKNOWN, "appKey unknown"),
    (SIGNATURE, "signature error"),
    (50_006, "resource empty"),
    (NO_SUCH_CALL, "resource request invalid"),
    (50_008, "project prefix invalid"),
    (50_009, "request timed out"),
    (TIME, "request time illegal"),
    (50_011, "network error"),
    (50_012, "no permission"),
    (50_013, "daily limit reached"),
    (50_014, "payment from this account not supported"),
    (60_001, "refresh token not valid"),
    (60_002, "token not valid"),
    (60_003, "code used before"),
    (60_004, "openId invalid"),
    (NO_ORDER, "order unknown"),
    (ORDER_EXISTS, "order exists"),
    (ORDER_STATUS, "order status does not allow it"),
    (PAYER, "payer illegal"),
    (70_005, "merchant account unavailable"),
    (70_006, "balance too low"),
    (COIN, "coin not supported"),
    (AMOUNT, "amount illegal"),
    (SCENE, "scene type illegal"),
    // Not in the guide; a published app tests for it.
    (10_002, "not logged in"),
    (OK, SUCCESS),
];

/// The words of a published code.
fn words(code: u32) -> Option<&'static str> {
    CODES
        .iter()
        .find_map(|(known, words)| (*known == code).then_some(*words))
}

/// The published codes of errors.
pub(super) fn errors() -> impl Iterator<Item = (i64, String)> {
    let errors = CODES.iter().filter(|(code, _)| *code != OK);
    errors.map(|(code, words)| (i64::from(*code), (*words).to_owned()))
}

/// Whether this is a published code of an error.
pub(super) fn is_error(code: u32) -> bool {
    code != OK && words(code).is_some()
}

/// What an answer contains besides `code` and `msg`.
#[derive(Debug)]
pub(super) enum Content {
    /// Nothing more.
    Nothing,
    /// This text, sealed.
    Sealed(String),
    /// This JSON as it is.
    Plain(String),
}

/// The answer of a call that was carried out, and notes for the record.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) content: Content,
    pub(super) notes: Vec<String>,
}

/// A refusal: the code for the client, the reason for the sandbox's pages, and what was assumed.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: u32,
    pub(super) reason: String,
    pub(super) note: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(code: u32, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            note: None,
        }
    }

    /// For a parameter that is missing or malformed.
    pub(super) fn field(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(PARAMETER, format!("{name} {problem}"))
    }

    /// Adds what was assumed about the refusal.
    pub(super) fn assuming(self, note: &'static str) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    pub(super) fn words(&self) -> &'static str {
        words(self.code).unwrap_or("error")
    }
}

impl Refuse<Done> for Refusal {
    fn of_code(code: Option<i64>, reason: String) -> Self {
        let code = code.and_then(|code| u32::try_from(code).ok());
        Self::new(code.unwrap_or(SYSTEM), reason)
    }

    fn unknown_order(_: &str, reason: String) -> Result<Done, Self> {
        Err(Self::new(NO_ORDER, reason))
    }
}

impl fault::meet::Answer for Done {
    fn data(&self) -> Option<&str> {
        match &self.content {
            Content::Nothing => None,
            Content::Sealed(text) | Content::Plain(text) => Some(text),
        }
    }

    fn set_data(&mut self, data: String) {
        match &mut self.content {
            Content::Nothing => {}
            Content::Sealed(text) | Content::Plain(text) => *text = data,
        }
    }
}

/// The fields that faults change.
pub(super) const NAMES: FieldNames = FieldNames {
    amounts: &["orderAmount", "payAmount", "amount"],
    coins: &["payCoinSymbol", "coinSymbol", "showName"],
    references: &["appOrderId", "orderNum"],
    statuses: &["orderStatus", "status"],
};

impl From<AddRefused> for Refusal {
    fn from(refused: AddRefused) -> Self {
        match refused {
            AddRefused::DuplicateMerchantRef => {
                Self::new(ORDER_EXISTS, "an order with this appOrderId exists already")
            }
            AddRefused::Full => Self::new(
                SYSTEM,
                "the sandbox holds as many orders as it can; reset it",
            ),
        }
    }
}

/// What an operation returns: its answer, or why it was refused.
pub(super) type Outcome = Result<Done, Refusal>;

/// The text inside the envelope, its fields in their order and types.
pub(super) fn sealed(fields: &impl Serialize, notes: Vec<String>) -> Result<Done, Refusal> {
    Ok(Done {
        content: Content::Sealed(text(fields)?),
        notes,
    })
}

pub(super) fn text(fields: &impl Serialize) -> Result<String, Refusal> {
    serde_json::to_string(fields)
        .map_err(|error| Refusal::new(SYSTEM, format!("the answer cannot be written: {error}")))
}

/// `code` is a text, as in the provider's guide to version 2 (elsewhere it is a number).
#[derive(Serialize)]
pub(super) struct Body<'a> {
    code: String,
    msg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Cow<'a, RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign: Option<String>,
}

/// The body of a success.
pub(super) async fn body(
    account: &Account,
    content: Content,
    signing: Signing,
) -> Result<Body<'static>, Refusal> {
    let failed = |what: &str| Refusal::new(SYSTEM, format!("the answer cannot be {what}"));
    let raw = |json: String| {
        RawValue::from_string(json)
            .map(|data| Some(Cow::Owned(data)))
            .map_err(|_| failed("written"))
    };
    let (data, sign) = match content {
        Content::Nothing => (None, None),
        Content::Plain(json) => (raw(json)?, None),
        Content::Sealed(text) => {
            let sealed = account.seal(text).await.ok_or_else(|| failed("sealed"))?;
            // base64url needs no escapes.
            (
                raw(format!("\"{}\"", sealed.data))?,
                signing.sign(&sealed.sign),
            )
        }
    };
    Ok(Body {
        code: OK.to_string(),
        msg: SUCCESS,
        data,
        sign,
    })
}

/// HTTP status 200 for refusals too (assumed: no document has another).
pub(super) fn respond(body: Result<Body<'static>, Refusal>, record: &RequestRecord) -> Response {
    let body = body.unwrap_or_else(|refusal| Body {
        code: refusal.code.to_string(),
        msg: refusal.words(),
        data: None,
        sign: None,
    });
    let body = serde_json::to_vec(&body).unwrap_or_default();
    let body = fault::answer::body(record, body);
    (StatusCode::OK, http::HEADERS, body).into_response()
}
