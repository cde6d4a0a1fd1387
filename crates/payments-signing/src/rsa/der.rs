//! Just enough DER to say what a key is and how long its modulus is, before a crypto crate refuses it without a word.

/// What a DER text turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// PKCS#8 holding an RSA key with a modulus of so many bits.
    Pkcs8 { bits: usize },
    /// X.509 SubjectPublicKeyInfo holding an RSA key with a modulus of so many bits.
    Spki { bits: usize },
    /// Something else, by its name.
    Other(&'static str),
}

impl Kind {
    /// The kind as words for an error message.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pkcs8 { .. } => "a PKCS#8 private key",
            Self::Spki { .. } => "an SPKI public key",
            Self::Other(name) => name,
        }
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// 1.2.840.113549.1.1.1
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// Looks at the outer structure of a key.
pub(super) fn kind(der: &[u8]) -> Kind {
    match element(der) {
        Some((SEQUENCE, content, [])) => {
            sequence(content).unwrap_or(Kind::Other("an unknown structure"))
        }
        _ => Kind::Other("no DER sequence"),
    }
}

fn sequence(content: &[u8]) -> Option<Kind> {
    let (first_tag, first, rest) = element(content)?;
    let (second_tag, second, rest) = element(rest)?;
    match (first_tag, second_tag) {
        (INTEGER, SEQUENCE) => {
            let (OCTET_STRING, key, _) = element(rest)? else {
                return None;
            };
            Some(of_algorithm(second, private_modulus(key), |bits| {
                Kind::Pkcs8 { bits }
            }))
        }
        (SEQUENCE, BIT_STRING) => {
            let (0, key) = second.split_first().map(|(unused, key)| (*unused, key))? else {
                return None;
            };
            Some(of_algorithm(first, public_modulus(key), |bits| {
                Kind::Spki { bits }
            }))
        }
        (SEQUENCE, OCTET_STRING) => Some(Kind::Other("an encrypted private key")),
        (SEQUENCE, SEQUENCE) => Some(Kind::Other("a certificate")),
        (INTEGER, INTEGER) if rest.is_empty() => Some(Kind::Other("a PKCS#1 public key")),
        (INTEGER, INTEGER) => Some(Kind::Other("a PKCS#1 private key")),
        (INTEGER, OCTET_STRING) => Some(Kind::Other("an elliptic-curve key")),
        _ => None,
    }
}

fn of_algorithm(algorithm: &[u8], bits: Option<usize>, rsa: impl Fn(usize) -> Kind) -> Kind {
    match (element(algorithm), bits) {
        (Some((OBJECT_ID, RSA_ENCRYPTION, _)), Some(bits)) => rsa(bits),
        (Some((OBJECT_ID, RSA_ENCRYPTION, _)), None) => Kind::Other("a broken RSA key"),
        _ => Kind::Other("a key of another algorithm"),
    }
}

/// `SEQUENCE { INTEGER version, INTEGER modulus, … }`
fn private_modulus(der: &[u8]) -> Option<usize> {
    let (SEQUENCE, content, []) = element(der)? else {
        return None;
    };
    let (INTEGER, _version, rest) = element(content)? else {
        return None;
    };
    bits(rest)
}

/// `SEQUENCE { INTEGER modulus, INTEGER exponent }`
fn public_modulus(der: &[u8]) -> Option<usize> {
    let (SEQUENCE, content, []) = element(der)? else {
        return None;
    };
    bits(content)
}

/// The length of the integer that `der` begins with.
fn bits(der: &[u8]) -> Option<usize> {
    let (INTEGER, bytes, _) = element(der)? else {
        return None;
    };
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let first = bytes.get(zeros)?;
    Some((bytes.len() - zeros) * 8 - first.leading_zeros() as usize)
}

/// Splits off the first element: its tag, its content, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        // A length of one to three bytes: no key is larger.
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x0f))?;
            (
                digits
                    .iter()
                    .fold(0, |len, digit| len << 8 | usize::from(*digit)),
                rest,
            )
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(len)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_split_by_their_length() {
        assert_eq!(
            element(&[0x04, 2, 7, 8, 9]),
            Some((0x04, &[7, 8][..], &[9][..]))
        );
        assert_eq!(
            element(&[0x04, 0x81, 1, 7]),
            Some((0x04, &[7][..], &[][..]))
        );
        for broken in [
            &[][..],
            &[4],
            &[4, 1],
            &[4, 0x80],
            &[4, 0x84, 0, 0, 0, 0],
            &[4, 0x82, 1],
            &[4, 0x81, 9, 1],
        ] {
            assert_eq!(element(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn leading_zeros_are_no_bits() {
        assert_eq!(bits(&[INTEGER, 3, 0, 0x80, 0]), Some(16));
        assert_eq!(bits(&[INTEGER, 2, 0x01, 0]), Some(9));
        assert_eq!(bits(&[INTEGER, 1, 0]), None);
    }
}
