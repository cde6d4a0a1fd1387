//! Just enough of PEM and DER to tell a whole RSA key from half of one, and to pair two halves.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Which of the two PEM texts is expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Private,
    Public,
}

impl Half {
    fn label(self) -> &'static str {
        match self {
            Self::Private => "PRIVATE KEY",
            Self::Public => "PUBLIC KEY",
        }
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// The modulus of an RSA key of at least 2048 bits, or a sentence on what is wrong with the text.
pub(super) fn modulus(pem: &str, half: Half) -> Result<Vec<u8>, String> {
    let der = decode(pem, half)?;
    let whole =
        || "is cut short or damaged: the key inside does not have the length it states".to_owned();
    let (outer, rest) = element(&der, SEQUENCE).ok_or_else(whole)?;
    if !rest.is_empty() {
        return Err("has bytes after the key".to_owned());
    }
    let numbers = match half {
        Half::Private => private_numbers(outer),
        Half::Public => public_numbers(outer),
    };
    let modulus = numbers.ok_or_else(|| "holds no RSA key".to_owned())?;
    let bits = modulus.len() * 8;
    if bits < 2048 {
        return Err(format!(
            "is an RSA key of about {bits} bits; at least 2048 are needed"
        ));
    }
    Ok(modulus.to_vec())
}

/// The key inside, wiped when dropped: it may be a private one.
fn decode(pem: &str, half: Half) -> Result<Zeroizing<Vec<u8>>, String> {
    let label = half.label();
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let text = pem.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    let Some(inside) = text.strip_prefix(&begin) else {
        return Err(match text.lines().next() {
            Some(line) if line.starts_with("-----BEGIN ") => {
                format!("is another kind of PEM; expected `{begin}` (`openssl pkey` converts it)")
            }
            _ => format!("is not PEM text: it must start with `{begin}`"),
        });
    };
    let Some(inside) = inside.strip_suffix(&end) else {
        return Err(format!(
            "is half a key: the closing line `{end}` is missing"
        ));
    };
    // As large as it can get, so that it is not moved and leaves nothing behind.
    let mut packed = Zeroizing::new(String::with_capacity(inside.len()));
    packed.extend(inside.split_ascii_whitespace());
    STANDARD
        .decode(packed.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| "is damaged: the lines between BEGIN and END are not base64".to_owned())
}

/// SubjectPublicKeyInfo: algorithm, then a bit string around the numbers.
fn public_numbers(outer: &[u8]) -> Option<&[u8]> {
    let (_, rest) = element(outer, SEQUENCE)?;
    let (bits, _) = element(rest, BIT_STRING)?;
    let (numbers, _) = element(bits.strip_prefix(&[0])?, SEQUENCE)?;
    let (modulus, _) = element(numbers, INTEGER)?;
    Some(unsigned(modulus))
}

/// PKCS#8: version, algorithm, then an octet string around version and numbers.
fn private_numbers(outer: &[u8]) -> Option<&[u8]> {
    let (_, rest) = element(outer, INTEGER)?;
    let (_, rest) = element(rest, SEQUENCE)?;
    let (octets, _) = element(rest, OCTET_STRING)?;
    let (numbers, _) = element(octets, SEQUENCE)?;
    let (_, rest) = element(numbers, INTEGER)?;
    let (modulus, _) = element(rest, INTEGER)?;
    Some(unsigned(modulus))
}

fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

/// One DER element of the wanted tag: its content and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits.iter().try_fold(0_usize, |sum, &digit| {
                sum.checked_mul(256)?.checked_add(usize::from(digit))
            })?;
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}
