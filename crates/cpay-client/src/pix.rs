//! Pix keys, which identify a payee in Brazil.

use payments_core::SensitiveString;
use payments_core::{InvalidRequest, check};

use crate::rules;

/// A Pix key, checked by its kind: `accountType` and `toAccount` of `createFiatPayoutOrder`.
///
/// Whether the account exists is not checked. `Debug` shows only the kind.
///
/// The specification limits `toAccount` to 12 characters, but accepts a CNPJ (14 digits) and shows a mobile number of
/// 15 characters, so that limit is not enforced.
///
/// ```
/// use cpay_client::PixKey;
///
/// let key = PixKey::cpf("52998224725")?;
/// assert_eq!(format!("{key:?}"), "PixKey { kind: TaxId, account: *** }");
/// assert!(PixKey::cpf("52998224724").is_err());
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixKey {
    kind: PixKeyKind,
    account: SensitiveString,
}

/// What a [`PixKey`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PixKeyKind {
    /// `1`: the tax number of a person (CPF) or a company (CNPJ).
    TaxId,
    /// `2`: an e-mail address.
    Email,
    /// `3`: a mobile number.
    Mobile,
    /// `4`: a random key.
    Random,
}

impl PixKeyKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TaxId => "1",
            Self::Email => "2",
            Self::Mobile => "3",
            Self::Random => "4",
        }
    }
}

impl PixKey {
    /// A person's tax number: 11 digits, without dots and dash, with valid check digits.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats the number.
    pub fn cpf(digits: impl Into<String>) -> Result<Self, InvalidRequest> {
        let account = SensitiveString::from(digits);
        check::matches(
            "cpf",
            account.expose(),
            (11, 11),
            |c| c.is_ascii_digit(),
            "11 digits without points and dash",
        )?;
        tax_id("cpf", account, 11)
    }

    /// A company's tax number: 14 digits, without dots, slash and dash, with valid check digits. Capital letters are
    /// accepted among the first twelve, as the register issues them since 2026; that C-Pay accepts them is `assumed`.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats the number.
    pub fn cnpj(digits: impl Into<String>) -> Result<Self, InvalidRequest> {
        let account = SensitiveString::from(digits);
        let alphabet = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
        check::matches(
            "cnpj",
            account.expose(),
            (14, 14),
            alphabet,
            "14 digits without points, slash and dash",
        )?;
        // The weights start again after nine.
        tax_id("cnpj", account, 9)
    }

    /// An e-mail address without `&`, which could pass for another field.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats the address.
    pub fn email(address: impl Into<String>) -> Result<Self, InvalidRequest> {
        let account = SensitiveString::from(address);
        rules::email("email", account.expose())?;
        check::no_ampersand("email", account.expose(), 254)?;
        Ok(Self {
            kind: PixKeyKind::Email,
            account,
        })
    }

    /// A mobile number: `+55`, area code, number, without spaces. 10 to 12 digits are accepted after `+55`: a number
    /// has 10 or 11, and some write a 0 before the area code.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats the number.
    pub fn mobile(number: impl Into<String>) -> Result<Self, InvalidRequest> {
        const ALLOWED: &str = "+55, area code and number, as +5511912345678";
        let account = SensitiveString::from(number);
        let Some(local) = account.expose().strip_prefix("+55") else {
            return Err(
                InvalidRequest::request("mobile", "is not a number in Brazil").allowed(ALLOWED),
            );
        };
        check::matches("mobile", local, (10, 12), |c| c.is_ascii_digit(), ALLOWED)?;
        Ok(Self {
            kind: PixKeyKind::Mobile,
            account,
        })
    }

    /// A random key: a UUID with its dashes, such as `123e4567-e89b-12d3-a456-426614174000`.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats the key.
    pub fn random(uuid: impl Into<String>) -> Result<Self, InvalidRequest> {
        let account = SensitiveString::from(uuid);
        let dashes = [8, 13, 18, 23];
        let good = account.expose().len() == 36
            && account
                .expose()
                .bytes()
                .enumerate()
                .all(|(place, byte)| match byte {
                    b'-' => dashes.contains(&place),
                    _ => byte.is_ascii_hexdigit() && !dashes.contains(&place),
                });
        if good {
            Ok(Self {
                kind: PixKeyKind::Random,
                account,
            })
        } else {
            Err(InvalidRequest::request("random_key", "is not a random key")
                .allowed("a UUID of 36 characters with its dashes"))
        }
    }

    /// What kind of key it is.
    #[must_use]
    pub fn kind(&self) -> PixKeyKind {
        self.kind
    }

    /// The key itself, as sent.
    #[must_use]
    pub fn account(&self) -> &str {
        self.account.expose()
    }
}

/// Both tax numbers end in two check digits. The first covers all digits before it, the second also the first. Each is
/// computed from the sum of the digits times their weights, modulo 11. From the right, the weights run from 2 to
/// `last_weight` and start again.
fn tax_id(
    field: &'static str,
    account: SensitiveString,
    last_weight: u32,
) -> Result<PixKey, InvalidRequest> {
    let value = |byte: u8| u32::from(byte.wrapping_sub(b'0'));
    let check_digit = |covered: &[u8]| {
        let weights = (2..=last_weight).cycle();
        let sum: u32 = covered
            .iter()
            .rev()
            .zip(weights)
            .map(|(byte, weight)| value(*byte) * weight)
            .sum();
        match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        }
    };
    let bytes = account.expose().as_bytes();
    let right = |covered: usize| {
        let (Some(covered), Some(digit)) = (bytes.get(..covered), bytes.get(covered)) else {
            return false;
        };
        check_digit(covered) == value(*digit)
    };
    let length = bytes.len();
    // A repeated digit has valid check digits, but no one has such a number.
    let repeated = bytes
        .windows(2)
        .all(|pair| matches!(pair, [left, right] if left == right));
    if right(length.saturating_sub(2)) && right(length.saturating_sub(1)) && !repeated {
        Ok(PixKey {
            kind: PixKeyKind::TaxId,
            account,
        })
    } else {
        Err(InvalidRequest::request(field, "has wrong check digits"))
    }
}
