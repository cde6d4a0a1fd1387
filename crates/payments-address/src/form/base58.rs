//! Base58Check: Bitcoin and its relatives, TRON, Tezos.

use bs58::Alphabet;
use sha2::{Digest as _, Sha256};

use super::{Flaw, Verdict, bech32, on_chain};
use crate::checked::Checked;
use crate::network::Chain;

/// The version bytes of a network with Bitcoin's address forms.
#[derive(Debug)]
pub(crate) struct Versions {
    main: &'static [&'static [u8]],
    test: &'static [&'static [u8]],
    /// A version that the network shares with Bitcoin.
    shared: Option<(&'static [u8], &'static str)>,
    newer: Newer,
    pub(crate) looks: &'static str,
}

/// The newer addresses of a network, in Bech32.
#[derive(Debug)]
enum Newer {
    None,
    /// SegWit, with the prefix on the mainnet and those on test networks.
    SegWit(&'static str, &'static [&'static str]),
    /// Zcash's forms.
    Zcash,
}

/// Source: Bitcoin Core, `chainparams.cpp`; BIP 173.
pub(crate) static BITCOIN: Versions = Versions {
    main: &[&[0x00], &[0x05]],
    test: &[&[0x6f], &[0xc4]],
    shared: None,
    newer: Newer::SegWit("bc", &["tb", "bcrt"]),
    looks: "1, 3 or bc1, and more letters and digits",
};

/// Source: Litecoin Core, `chainparams.cpp`.
pub(crate) static LITECOIN: Versions = Versions {
    main: &[&[0x30], &[0x32], &[0x05]],
    test: &[&[0x6f], &[0x3a], &[0xc4]],
    shared: Some((
        &[0x05],
        "this older form is the same as Bitcoin's: make sure that the payee means Litecoin",
    )),
    newer: Newer::SegWit("ltc", &["tltc", "rltc"]),
    looks: "L, M or ltc1, and more letters and digits",
};

/// Source: Dogecoin Core, `chainparams.cpp`.
pub(crate) static DOGECOIN: Versions = Versions {
    main: &[&[0x1e], &[0x16]],
    test: &[&[0x71], &[0xc4], &[0x6f]],
    shared: None,
    newer: Newer::None,
    looks: "D, A or 9, and 33 letters and digits",
};

/// Source: Dash Core, `chainparams.cpp`.
pub(crate) static DASH: Versions = Versions {
    main: &[&[0x4c], &[0x10]],
    test: &[&[0x8c], &[0x13]],
    shared: None,
    newer: Newer::None,
    looks: "X or 7, and 33 letters and digits",
};

/// Source: the Zcash protocol specification, section 5.6. The shielded forms are in `bech32.rs`.
pub(crate) static ZCASH: Versions = Versions {
    main: &[&[0x1c, 0xb8], &[0x1c, 0xbd]],
    test: &[&[0x1d, 0x25], &[0x1c, 0xba]],
    shared: None,
    newer: Newer::Zcash,
    looks: "t1, t3, tex1, zs1 or u1, and more letters and digits",
};

/// The bytes that a hash of a key or of a script has on all these networks.
const HASH: usize = 20;

/// Version and payload without checksum. A text of a length other than the expected ones is no address of this form; one of
/// an expected length with a wrong checksum is a mistyped one.
pub(super) fn decode(text: &str, alphabet: &Alphabet, lengths: &[usize]) -> Result<Vec<u8>, Flaw> {
    let bytes = bs58::decode(text).with_alphabet(alphabet).into_vec();
    let bytes = bytes.map_err(|_| Flaw::Form)?;
    let (payload, checksum) = bytes.split_last_chunk::<4>().ok_or(Flaw::Form)?;
    let right = Sha256::digest(Sha256::digest(payload));
    if right.starts_with(checksum) {
        Ok(payload.to_vec())
    } else if lengths.contains(&payload.len()) {
        Err(Flaw::Checksum)
    } else {
        Err(Flaw::Form)
    }
}

/// Whether it is this version with a hash.
fn is_version(payload: &[u8], version: &[u8]) -> bool {
    payload
        .strip_prefix(version)
        .is_some_and(|hash| hash.len() == HASH)
}

/// Whether it is a private key in Bitcoin's wallet import format: a version from 0x80 on, 32 bytes, and perhaps a 1 for a
/// compressed public key.
fn is_private_key(payload: &[u8]) -> bool {
    let Some((0x80.., key)) = payload.split_first() else {
        return false;
    };
    key.len() == 32 || (key.len() == 33 && key.ends_with(&[1]))
}

pub(super) fn bitcoin(versions: &Versions, text: &str, chain: Chain) -> Verdict {
    let newer = match versions.newer {
        Newer::None => None,
        Newer::SegWit(main, test) => bech32::segwit(text, main, test, chain),
        Newer::Zcash => bech32::zcash(text, chain),
    };
    if let Some(verdict) = newer {
        return verdict;
    }
    let payload = decode(text, Alphabet::BITCOIN, &[HASH + 1, HASH + 2])?;
    if is_private_key(&payload) {
        return Err(Flaw::SecretKey);
    }
    let one_of = |list: &[&[u8]]| list.iter().any(|version| is_version(&payload, version));
    let checked = on_chain(one_of(versions.main), one_of(versions.test), chain)?;
    Ok(match versions.shared {
        Some((version, note)) if is_version(&payload, version) => checked.with_note(note),
        _ => checked,
    })
}

/// Source: TRON's documentation, "Account": 0x41 and 20 bytes. It is the same on test networks.
pub(super) fn tron(text: &str) -> Verdict {
    let is_hex = text.len() == 42 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && text.starts_with("41") {
        return Err(Flaw::Unusable(
            "is the hexadecimal form of a TRON address: write it in Base58",
        ));
    }
    let payload = decode(text, Alphabet::BITCOIN, &[HASH + 1])?;
    if is_private_key(&payload) {
        return Err(Flaw::SecretKey);
    }
    if is_version(&payload, &[0x41]) {
        Ok(Checked::CHECKSUM)
    } else {
        Err(Flaw::Form)
    }
}

/// Source: Octez, `base58.ml`. It is the same on test networks.
pub(super) fn tezos(text: &str) -> Verdict {
    /// `tz1`, `tz2`, `tz3`, `tz4` and `KT1`.
    const VERSIONS: &[&[u8]] = &[
        &[6, 161, 159],
        &[6, 161, 161],
        &[6, 161, 164],
        &[6, 161, 166],
        &[2, 90, 121],
    ];
    let payload = decode(text, Alphabet::BITCOIN, &[HASH + 3])?;
    let known = VERSIONS.iter().any(|version| is_version(&payload, version));
    if known {
        Ok(Checked::CHECKSUM)
    } else {
        Err(Flaw::Form)
    }
}
