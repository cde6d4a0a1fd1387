//! Decrypts the blocks of one text, alone or with several threads.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::thread;

use zeroize::Zeroizing;

use super::PrivateKey;

/// How many blocks a worker takes at a time: a few milliseconds of work, so that nobody waits long for the last one.
const PORTION: usize = 8;

/// Decrypts whole `blocks`, each of which stands for random bytes where its padding is bad.
///
/// The caller's thread works as well: of `workers` threads one fewer is started, and fewer still where the system
/// gives none or there is not enough to do.
pub(crate) fn decrypt(
    key: &PrivateKey,
    blocks: &[u8],
    workers: NonZeroUsize,
) -> Zeroizing<Vec<u8>> {
    let portion_len = PORTION * key.modulus_len();
    let helpers = workers
        .get()
        .min(blocks.len().div_ceil(portion_len))
        .saturating_sub(1);
    if helpers == 0 {
        return decrypt_alone(key, blocks);
    }
    let mut texts: Vec<Zeroizing<Vec<u8>>> = blocks
        .chunks(portion_len)
        .map(|_| Zeroizing::default())
        .collect();
    let portions = Mutex::new(blocks.chunks(portion_len).zip(&mut texts));
    let work = || {
        loop {
            let portion = portions
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next();
            let Some((blocks, text)) = portion else { break };
            *text = decrypt_alone(key, blocks);
        }
    };
    thread::scope(|scope| {
        let started: Vec<_> = (0..helpers)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        work();
        for helper in started {
            // A portion that was lost is missing from the text: its signature is then wrong.
            let _ = helper.join();
        }
    });
    let mut whole = Zeroizing::new(Vec::with_capacity(
        texts.iter().map(|text| text.len()).sum(),
    ));
    for text in &texts {
        whole.extend_from_slice(text);
    }
    whole
}

fn decrypt_alone(key: &PrivateKey, blocks: &[u8]) -> Zeroizing<Vec<u8>> {
    // Room for everything at once: a vector that grows leaves pieces of plaintext behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(blocks.len()));
    for block in blocks.chunks(key.modulus_len()) {
        key.decrypt(block, &mut plaintext);
    }
    plaintext
}
