//! From a DER document to an RSA key in the form that the backends read.

use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef, UintRef};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef};
use pkcs8::der::{Decode as _, Encode as _, Reader as _, SliceReader};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use crate::error::KeyError;

/// The half of a key pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Private,
    Public,
}

impl Half {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Private => "an RSA private key",
            Self::Public => "an RSA public key",
        }
    }
}

/// An RSA key as PKCS#8 (private) or SubjectPublicKeyInfo (public).
pub(super) struct RsaKey {
    pub(super) half: Half,
    /// Length of the modulus.
    pub(super) bits: usize,
    pub(super) der: Zeroizing<Vec<u8>>,
    #[cfg(feature = "explain")]
    pub(super) numbers: crate::rsa::recover::PublicNumbers,
}

/// The content of a document.
pub(super) enum Content {
    Key(RsaKey),
    Encrypted,
    /// Something else, by its name.
    Other(&'static str),
}

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// Reads a document that is not an RSA key by its label, where DER alone does not show what it is.
pub(super) fn content(label: Option<&str>, der: &[u8]) -> Result<Content, KeyError> {
    match label {
        Some("CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST") => {
            return Ok(Content::Other("a certificate request"));
        }
        Some("EC PARAMETERS") => return Ok(Content::Other(name_of(EC))),
        Some("OPENSSH PRIVATE KEY") => return Ok(Content::Other("an OpenSSH private key")),
        _ => {}
    }
    if AnyRef::from_der(der).is_err() {
        return Err(KeyError::Damaged);
    }
    if let Ok(key) = PrivateKeyInfoRef::from_der(der) {
        return match key.algorithm.oid {
            pkcs1::ALGORITHM_OID => private(key.private_key.as_bytes()),
            other => Ok(Content::Other(name_of(other))),
        };
    }
    if let Ok(key) = SubjectPublicKeyInfoRef::from_der(der) {
        return match key.algorithm.oid {
            pkcs1::ALGORITHM_OID => public(key.subject_public_key.raw_bytes()),
            other => Ok(Content::Other(name_of(other))),
        };
    }
    if RsaPrivateKeyRef::from_der(der).is_ok() {
        return private(der);
    }
    if RsaPublicKeyRef::from_der(der).is_ok() {
        return public(der);
    }
    Ok(if is_encrypted(der) {
        Content::Encrypted
    } else if is_certificate(der) {
        Content::Other("a certificate")
    } else if is_sec1(der) {
        Content::Other(name_of(EC))
    } else {
        Content::Other("an unknown structure")
    })
}

const fn name_of(algorithm: ObjectIdentifier) -> &'static str {
    match algorithm {
        EC => "an elliptic-curve key",
        RSA_PSS => "an RSA-PSS key",
        _ => "a key of another algorithm",
    }
}

fn private(pkcs1: &[u8]) -> Result<Content, KeyError> {
    let key = RsaPrivateKeyRef::from_der(pkcs1).map_err(|_| KeyError::Damaged)?;
    let inner = OctetStringRef::new(pkcs1).map_err(|_| KeyError::Damaged)?;
    let der = PrivateKeyInfoRef::new(pkcs1::ALGORITHM_ID, inner).to_der();
    rsa_key(Half::Private, key.modulus, key.public_exponent, der)
}

fn public(pkcs1: &[u8]) -> Result<Content, KeyError> {
    let key = RsaPublicKeyRef::from_der(pkcs1).map_err(|_| KeyError::Damaged)?;
    let subject_public_key = BitStringRef::from_bytes(pkcs1).map_err(|_| KeyError::Damaged)?;
    let spki = SubjectPublicKeyInfoRef {
        algorithm: pkcs1::ALGORITHM_ID,
        subject_public_key,
    };
    rsa_key(
        Half::Public,
        key.modulus,
        key.public_exponent,
        spki.to_der(),
    )
}

fn rsa_key(
    half: Half,
    modulus: UintRef<'_>,
    #[cfg_attr(not(feature = "explain"), allow(unused_variables))] exponent: UintRef<'_>,
    der: pkcs8::der::Result<Vec<u8>>,
) -> Result<Content, KeyError> {
    let [first, rest @ ..] = modulus.as_bytes() else {
        return Err(KeyError::Damaged);
    };
    Ok(Content::Key(RsaKey {
        half,
        bits: (rest.len() + 1) * 8 - first.leading_zeros() as usize,
        der: Zeroizing::new(der.map_err(|_| KeyError::Damaged)?),
        #[cfg(feature = "explain")]
        numbers: crate::rsa::recover::PublicNumbers::new(modulus.as_bytes(), exponent.as_bytes()),
    }))
}

/// PKCS#8 `EncryptedPrivateKeyInfo`: an algorithm and the encrypted bytes.
fn is_encrypted(der: &[u8]) -> bool {
    sequence(der, |reader| {
        AlgorithmIdentifierRef::decode(reader)?;
        <&OctetStringRef>::decode(reader).map(|_| ())
    })
}

/// X.509 `Certificate`: the content, an algorithm and the signature.
fn is_certificate(der: &[u8]) -> bool {
    sequence(der, |reader| {
        AnyRef::decode(reader)?;
        AlgorithmIdentifierRef::decode(reader)?;
        BitStringRef::decode(reader).map(|_| ())
    })
}

/// SEC 1 `ECPrivateKey`: a version, the private number and optional fields.
fn is_sec1(der: &[u8]) -> bool {
    sequence(der, |reader| {
        u8::decode(reader)?;
        <&OctetStringRef>::decode(reader)?;
        while !reader.is_finished() {
            AnyRef::decode(reader)?;
        }
        Ok(())
    })
}

fn sequence<'a>(
    der: &'a [u8],
    read: impl FnOnce(&mut SliceReader<'a>) -> pkcs8::der::Result<()>,
) -> bool {
    SliceReader::new(der).is_ok_and(|mut reader| reader.sequence(read).is_ok())
}
