//! How requests are signed and how answers are read.
//!
//! All calls have one form: parameters in the query (GET) or in a form body (POST), with `sign` among them, and an answer
//! `{"code": …, "msg": …, "data": …, "traceid": …}` under HTTP status 200. Answers carry no signature: only TLS proves
//! that they come from the gateway.

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response};
use payments_core::redact::Confidential;
use payments_core::wire::{self, Code, Json, Optional};
use payments_core::{Answer, Fault, InvalidRequest, Operation, Protocol, RawAnswer, Timestamp};
use payments_signing::cpay::Key;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{Config, codes};

/// A call of the C-Pay gateway: how its request is written and how its answer is read.
///
/// Sealed: the type `Account` cannot be named outside this crate. For a call that is not listed here, use
/// [`RawCall`](crate::RawCall).
pub trait Call: Operation {
    /// Writes and signs the request.
    ///
    /// # Errors
    /// [`InvalidRequest`] when it cannot be written; nothing is sent then.
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest>;

    /// Reads the answer of a success.
    ///
    /// # Errors
    /// A [`Fault`] when it cannot be read or differs from what was asked.
    fn decode(&self, answer: Answer<'_>) -> Result<Self::Output, Fault>;

    /// Masks more in the gateway's message, in which the confidential values of the request are masked already.
    fn redact(&self, message: String) -> String {
        message
    }
}

/// The parameters whose values errors may show. All others are confidential: a new one has to be named here to be shown.
const PUBLIC: &[&str] = &[
    "accountType",
    "amount",
    "cpayOrderId",
    "createTime",
    "cryptoCurrency",
    "currency",
    "hash",
    "lang",
    "lanuage",
    "merchantId",
    "merchantTradeNo",
    "network",
    "num",
    "payChannel",
    "payoutChannel",
    "price",
    "purchaseType",
    "receivedAmount",
    "sourceAmount",
    "sourceCurrency",
    "storeCc",
    "targetCurrency",
    "totalAmount",
];

/// A parameter: its name on the wire and its value. One with an empty value is neither sent nor signed.
pub(crate) type Field<'a> = (&'a str, &'a str);

/// The merchant's side of every call: base URL, merchant id and key.
pub struct Account {
    base_url: String,
    merchant_id: String,
    key: Key,
}

impl Account {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            base_url: config.base_url().to_owned(),
            merchant_id: config.merchant_id().to_owned(),
            key: Key::new(config.secret()),
        }
    }

    pub(crate) fn merchant_id(&self) -> &str {
        &self.merchant_id
    }

    /// A GET with the signed parameters in the query. `fields` may be in any order.
    pub(crate) fn get(
        &self,
        name: &str,
        fields: &mut [Field<'_>],
    ) -> Result<Request<Bytes>, InvalidRequest> {
        let mut uri = self.uri(name, encoded_len(fields));
        uri.push('?');
        request(self.sign_onto(uri, fields)?, Bytes::new())
    }

    /// A POST with the signed parameters as a form. `fields` may be in any order.
    pub(crate) fn post(
        &self,
        name: &str,
        fields: &mut [Field<'_>],
    ) -> Result<Request<Bytes>, InvalidRequest> {
        let form = self.sign_onto(String::with_capacity(encoded_len(fields)), fields)?;
        self.form_request(name, Bytes::from(form))
    }

    /// A [`post`](Self::post) whose body is wiped when its last user drops it, for fields that contain a card or an
    /// identity. Copies made by the HTTP stack are not wiped.
    pub(crate) fn post_wiped(
        &self,
        name: &str,
        fields: &mut [Field<'_>],
    ) -> Result<Request<Bytes>, InvalidRequest> {
        let form = self.sign_onto(String::with_capacity(max_encoded_len(fields)), fields)?;
        self.form_request(name, Bytes::from_owner(Zeroizing::new(form.into_bytes())))
    }

    fn form_request(&self, name: &str, form: Bytes) -> Result<Request<Bytes>, InvalidRequest> {
        let mut request = request(self.uri(name, 0), form)?;
        *request.method_mut() = Method::POST;
        request.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        Ok(request)
    }

    fn uri(&self, name: &str, room: usize) -> String {
        const PATH: &str = "/openapi/v1/";
        let mut uri =
            String::with_capacity(self.base_url.len() + PATH.len() + name.len() + 1 + room);
        uri.push_str(&self.base_url);
        uri.push_str(PATH);
        uri.push_str(name);
        uri
    }

    /// What no error may show of a call: its parameters as they are sent, except the public ones.
    fn confidential<C: Call>(
        &self,
        call: &C,
        now: Timestamp,
    ) -> Result<Confidential, InvalidRequest> {
        let request = call.encode(self, now)?;
        let parameters = match request.uri().query() {
            Some(query) => query.as_bytes(),
            None => request.body(),
        };
        let fields: Vec<(Zeroizing<String>, Zeroizing<String>)> =
            form_urlencoded::parse(parameters)
                .map(|(name, value)| {
                    (
                        Zeroizing::new(name.into_owned()),
                        Zeroizing::new(value.into_owned()),
                    )
                })
                .collect();
        let fields = fields.iter().map(|(name, value)| (&***name, &***value));
        Ok(Confidential::of_fields(fields, PUBLIC))
    }

    /// Reads an answer. Business errors come under HTTP status 200 like successes, so the code decides, whatever the status.
    fn read<C: Call>(&self, call: &C, answer: &Response<Bytes>) -> Result<C::Output, Fault> {
        let envelope: Envelope<'_> = wire::read_answer(answer)?;
        let result = if envelope.code.as_str() == codes::SUCCESS {
            call.decode(Answer::new(envelope.data, RawAnswer::from(answer)))
        } else {
            Err(codes::fault(envelope.code.as_str(), C::NAME)
                .code(envelope.code)
                .message(envelope.msg.unwrap_or_default()))
        };
        result.map_err(|fault| fault.request_id(envelope.traceid.unwrap_or_default()))
    }

    /// Sorts the fields by name, signs the raw values and appends the encoded form: what is signed is what is sent.
    fn sign_onto(
        &self,
        target: String,
        fields: &mut [Field<'_>],
    ) -> Result<String, InvalidRequest> {
        fields.sort_unstable_by_key(|field| field.0);
        let sign = self
            .key
            .sign(fields.iter().copied())
            .map_err(|error| InvalidRequest::request("parameters", error.to_string()))?;
        let start = target.len();
        Ok(Serializer::for_suffix(target, start)
            .extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()))
            .append_pair("sign", sign.as_str())
            .finish())
    }
}

/// Shows no key.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("merchant_id", &self.merchant_id)
            .finish_non_exhaustive()
    }
}

/// A GET request; [`Account::form_request`] makes it a POST.
fn request(uri: String, body: Bytes) -> Result<Request<Bytes>, InvalidRequest> {
    let mut request = Request::new(body);
    *request.uri_mut() = uri
        .try_into()
        .map_err(|_| InvalidRequest::configuration("base_url", "makes no usable URL"))?;
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(request)
}

/// The room for the encoded parameters with `sign`, when few characters need an escape.
fn encoded_len(fields: &[Field<'_>]) -> usize {
    const SIGN: usize = "&sign=".len() + 64;
    const ESCAPES: usize = 48;
    fields
        .iter()
        .map(|(name, value)| name.len() + value.len() + 2)
        .sum::<usize>()
        + SIGN
        + ESCAPES
}

/// The room for the encoded parameters if every byte of every value needed an escape. A text that never outgrows its
/// buffer leaves no copy behind.
fn max_encoded_len(fields: &[Field<'_>]) -> usize {
    const ESCAPE: usize = "%FF".len() - 1;
    let escapes: usize = fields
        .iter()
        .map(|(name, value)| (name.len() + value.len()) * ESCAPE)
        .sum();
    encoded_len(fields) + escapes
}

impl<C: Call> Protocol<C> for Account {
    fn provider(&self) -> &'static str {
        "cpay"
    }

    fn seal(&self, call: &C, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        call.encode(self, now)
    }

    fn open(&self, call: &C, answer: &Response<Bytes>, now: Timestamp) -> Result<C::Output, Fault> {
        self.read(call, answer)
            .map_err(|fault| match self.confidential(call, now) {
                Ok(confidential) => fault.masked(&confidential, |message| call.redact(message)),
                // It was written before. If it cannot be again, nothing of the gateway's texts is kept.
                Err(_) => fault.message("").request_id(""),
            })
    }
}

/// The envelope of every answer. `data` is read only after `code` was checked.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Deserialize)]
struct Envelope<'a> {
    code: Code,
    #[serde_as(as = "Optional")]
    msg: Option<String>,
    #[serde(borrow)]
    data: Option<Json<'a>>,
    /// Absent in three examples of the specification.
    #[serde_as(as = "Optional")]
    traceid: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account() -> Account {
        Account::new(&Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant").unwrap())
    }

    proptest! {
        /// A buffer that grows leaves a copy of the card's number in memory that is never wiped.
        #[test]
        fn a_body_that_is_wiped_never_moves(one in any::<String>(), two in "[^a-z]{0,400}") {
            let mut fields = [("cardNumber", &*one), ("cvv", &*two)];
            let target = String::with_capacity(max_encoded_len(&fields));
            let (place, room) = (target.as_ptr(), target.capacity());
            let form = account().sign_onto(target, &mut fields).unwrap();
            prop_assert_eq!((form.as_ptr(), form.capacity()), (place, room));
            prop_assert!(form.len() <= room);
        }
    }

    #[test]
    fn a_wiped_body_has_the_same_bytes() {
        let mut fields = [
            ("cardNumber", "4111111111111111"),
            ("cvv", "987"),
            ("merchantId", "20003092"),
        ];
        let plain = account().post("pwpp", &mut fields).unwrap();
        let wiped = account().post_wiped("pwpp", &mut fields).unwrap();
        assert_eq!(plain.body(), wiped.body());
        assert_eq!(
            (plain.uri(), plain.headers()),
            (wiped.uri(), wiped.headers())
        );
    }

    #[test]
    fn fields_are_signed_and_sent_in_ascending_order_however_they_are_given() {
        let mut sorted = [("aa", "1"), ("bb", ""), ("cc", "a b")];
        let mut mixed = [("cc", "a b"), ("aa", "1"), ("bb", "")];
        let account = account();
        let body = account.post("withdraw", &mut mixed).unwrap().into_body();
        assert_eq!(body, account.post("withdraw", &mut sorted).unwrap().body());
        assert!(body.starts_with(b"aa=1&cc=a+b&sign="));
    }
}
