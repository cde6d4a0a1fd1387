use crate::wire::Json;
use crate::{Fault, RawAnswer, RawResponse};
use serde::Deserialize;

/// A successful answer whose code and signature a client has checked already, on its way to a typed value.
///
/// ```
/// use payments_core::wire::{self, Json, Scalar};
/// use payments_core::{Amount, Answer, RawAnswer};
///
/// #[serde_with::serde_as]
/// #[derive(serde::Deserialize)]
/// struct Created {
///     #[serde_as(as = "Scalar")]
///     amount: Amount,
///     #[serde(skip)]
///     raw: Option<RawAnswer>,
/// }
/// payments_core::keeps_raw!(Created);
///
/// let response = http::Response::new(bytes::Bytes::from_static(br#"{"amount": "1.50"}"#));
/// let data: Json<'_> = wire::read(response.body())?;
/// let answer = Answer::new(Some(data), RawAnswer::from(&response));
///
/// let created: Created = answer.data()?;
/// answer.expect("amount", &"1.5".parse()?, Some(&created.amount))?;
/// let created = answer.keep(created);
/// assert_eq!(created.raw().unwrap().body(), response.body());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    data: Option<Json<'a>>,
    raw: RawAnswer,
}

impl<'a> Answer<'a> {
    /// An answer with the checked `data` of its envelope, if it has any.
    pub const fn new(data: Option<Json<'a>>, raw: RawAnswer) -> Self {
        Self { data, raw }
    }

    /// The checked JSON; `None` when the envelope has no such field.
    pub const fn json(&self) -> Option<Json<'a>> {
        self.data
    }

    /// Reads `data` as an object.
    ///
    /// # Errors
    /// [`Fault::undecodable`] when it is missing, is not an object, or has another shape.
    pub fn data<T: Deserialize<'a>>(&self) -> Result<T, Fault> {
        let data = self
            .data
            .ok_or_else(|| Fault::undecodable("a success without data"))?;
        Ok(data.read_object()?)
    }

    /// Reads `data` as an array of objects. Missing and empty `data` is an empty list: servers in Go write an empty
    /// list as `null` (`assumed`).
    ///
    /// # Errors
    /// [`Fault::undecodable`] when it has another shape.
    pub fn rows<T: Deserialize<'a>>(&self) -> Result<Vec<T>, Fault> {
        let Some(data) = self.data.filter(|data| !data.is_blank()) else {
            return Ok(Vec::new());
        };
        let rows: Vec<Json<'a>> = data.read()?;
        let rows: Result<_, _> = rows.into_iter().map(Json::read_object).collect();
        Ok(rows?)
    }

    /// If the answer contains `field`, it must equal the request's value.
    ///
    /// # Errors
    /// [`Fault::mismatch`] when it differs: the call took effect, but not as asked.
    pub fn expect<T: PartialEq + ?Sized>(
        &self,
        field: &'static str,
        asked: &T,
        received: Option<&T>,
    ) -> Result<(), Fault> {
        match received {
            Some(received) if received != asked => Err(Fault::mismatch(field)),
            _ => Ok(()),
        }
    }

    /// As [`expect`](Self::expect) for the reference or the id of the order.
    ///
    /// # Errors
    /// [`Fault::foreign`] when it differs: the answer is to another request.
    pub fn expect_reference<T: PartialEq + ?Sized>(
        &self,
        field: &'static str,
        asked: &T,
        received: Option<&T>,
    ) -> Result<(), Fault> {
        match received {
            Some(received) if received != asked => Err(Fault::foreign(field)),
            _ => Ok(()),
        }
    }

    /// As [`expect`](Self::expect) for currencies and coins, whose case is ignored.
    ///
    /// # Errors
    /// As [`expect`](Self::expect).
    pub fn expect_currency(
        &self,
        field: &'static str,
        asked: &str,
        received: Option<&str>,
    ) -> Result<(), Fault> {
        match received {
            Some(received) if !received.eq_ignore_ascii_case(asked) => Err(Fault::mismatch(field)),
            _ => Ok(()),
        }
    }

    /// Stores the raw answer in the value that was read from it.
    pub fn keep<T: KeepsRaw>(self, mut value: T) -> T {
        value.set_raw(self.raw);
        value
    }

    /// The checked JSON as it is, for [`RawCall`](crate::RawCall). Missing `data` becomes `null`.
    pub fn into_raw_response(self) -> RawResponse {
        RawResponse::new(self.data.map_or("null", Json::as_str), self.raw)
    }
}

/// A typed answer that stores the raw one it was read from. Implemented by [`keeps_raw!`](crate::keeps_raw).
pub trait KeepsRaw {
    /// Stores the raw answer.
    fn set_raw(&mut self, raw: RawAnswer);
}

/// Gives types with a field `raw: Option<RawAnswer>` the method `raw()` and implements [`KeepsRaw`] for them. See
/// [`Answer`].
#[macro_export]
macro_rules! keeps_raw {
    ($($answer:ty),+ $(,)?) => {$(
        impl $answer {
            /// The answer as received, for fields that are not listed here.
            #[must_use]
            pub fn raw(&self) -> ::std::option::Option<&$crate::RawAnswer> {
                self.raw.as_ref()
            }
        }

        impl $crate::KeepsRaw for $answer {
            fn set_raw(&mut self, raw: $crate::RawAnswer) {
                self.raw = ::std::option::Option::Some(raw);
            }
        }
    )+};
}
