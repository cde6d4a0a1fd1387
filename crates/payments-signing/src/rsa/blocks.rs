//! Decrypts the blocks of one text, with one or several threads.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::thread;

use zeroize::Zeroizing;

use crate::rsa::keys::PrivateKey;

/// How many blocks a worker takes at a time: a few milliseconds of work, so that no thread waits long for the last one.
const PORTION: usize = 8;

/// Decrypts complete `blocks`. A block with bad padding gives arbitrary bytes.
///
/// The caller's thread works as well, so `workers - 1` threads are started, or fewer if there is not enough work or
/// the system refuses to start them.
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
            // If a thread panicked, its portion is missing from the text and the signature check fails.
            let _ = helper.join();
        }
    });
    let len = texts.iter().map(|text| text.len()).sum();
    let mut joined = Zeroizing::new(Vec::with_capacity(len));
    for text in &texts {
        joined.extend_from_slice(text);
    }
    joined
}

fn decrypt_alone(key: &PrivateKey, blocks: &[u8]) -> Zeroizing<Vec<u8>> {
    // Allocated once: a vector that grows leaves copies of the plaintext behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(blocks.len()));
    for block in blocks.chunks(key.modulus_len()) {
        key.decrypt(block, &mut plaintext);
    }
    plaintext
}
