//! Which texts of a file a message may repeat. A secret may stand where a name belongs, so a name is only repeated if it
//! consists of words, which random text of any encoding does not.

/// The longest word, without the digits after it.
const MAX_LETTERS: usize = 12;

/// How a message names an environment variable.
pub(super) fn variable(name: &str) -> String {
    match name.len() <= 64 && words(name, &['_']) {
        true => format!("the environment variable {name}"),
        false => "the variable named there".to_owned(),
    }
}

/// How a message names a file.
pub(super) fn file(path: &str) -> String {
    match looks_like_path(path) {
        true => format!("the file {path}"),
        false => "the file named there".to_owned(),
    }
}

/// How a message names an unknown key.
pub(super) fn key(key: &str) -> &str {
    let is_plain = |c: char| c.is_ascii_lowercase() || c == '_';
    let is_short = key.len() <= 36 && key.split('_').count() <= 3;
    match is_short && key.chars().all(is_plain) && words(key, &['_']) {
        true => key,
        false => "a key",
    }
}

/// Whether a name of an account, which every message and ticket repeats, is rather a secret: long, and hexadecimal or with
/// letters and digits mixed.
pub(super) fn is_random(name: &str) -> bool {
    let characters = || name.chars().filter(char::is_ascii_alphanumeric);
    let kinds: Vec<bool> = characters().map(|c| c.is_ascii_digit()).collect();
    let changes = kinds.windows(2).filter(|pair| pair.first() != pair.last());
    let is_mixed = changes.count() >= 3;
    let is_hex = characters().all(|c| c.is_ascii_hexdigit()) && kinds.contains(&false);
    kinds.len() >= 16 && (is_mixed || is_hex) && !words(name, &['-', '_'])
}

/// Whether it begins like a path or ends with an extension, and every name in it consists of words.
fn looks_like_path(path: &str) -> bool {
    let starts = ["/", "./", "../", "~/"]
        .iter()
        .any(|start| path.starts_with(start));
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let has_extension = (1..=6).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = path.strip_prefix("~/").unwrap_or(path);
    let rest = match rest.split_once(":\\") {
        Some((drive, rest)) if drive.len() == 1 => rest,
        _ => rest,
    };
    (starts || has_extension) && path.len() <= 240 && words(rest, &['/', '\\', '.', '-', '_'])
}

/// Whether a host with a port, or a path, consists of words.
pub(super) fn is_part_of_url(text: &str) -> bool {
    words(text, &['/', '.', '-', '_', ':', '[', ']'])
}

fn words(text: &str, separators: &[char]) -> bool {
    text.split(separators).all(is_word)
}

/// Letters of one case, or with one or two capitals as in `CPay`, and up to four digits after them; or up to eight digits. Eight characters or more that
/// can be hexadecimal are no word. An empty text, as between two separators, counts as one.
fn is_word(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - letters.len();
    if letters.is_empty() {
        return digits <= 8;
    }
    let capitals = letters.bytes().filter(u8::is_ascii_uppercase).count();
    let is_capitalised = letters.starts_with(|c: char| c.is_ascii_uppercase()) && capitals <= 2;
    let are_letters = letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    let one_case = are_letters && (capitals == 0 || capitals == letters.len() || is_capitalised);
    let may_be_hex = word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    one_case && letters.len() <= MAX_LETTERS && digits <= 4 && !may_be_hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_file_only_if_it_looks_like_a_path() {
        for path in [
            "/run/secrets/cpay",
            "/var/run/secrets/..2026_11_29/cpay-main",
            "./cpay",
            "/srv/CPay/Secret.txt",
            "../keys/cpay",
            "~/keys/cpay",
            "keys/cpay.pem",
            "key.txt",
            ".env",
            "C:\\keys\\cpay.key",
        ] {
            assert_eq!(file(path), format!("the file {path}"));
        }
        for secret in [
            "9f86d081884c7d659a2feaa0c55ad015",
            "/9f86d081884c7d659a2feaa0c55ad015",
            "/run/secrets/9f86d081884c7d659a2feaa0c55ad015",
            "/run/secrets/deadbeefdeadbeef",
            "550e8400-e29b-41d4-a716-446655440000.key",
            "q2V0/3Bh4ss7wd/bGs",
            "q2V0/3Bh4ss7wd/bGs=",
            "/2V0+3Bh4ss7wd",
            "/2V03Bh4ss7wd==",
            "./JBSWY3DPEHPK3PXP",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "sk.live.51Hx8",
        ] {
            assert_eq!(file(secret), "the file named there", "{secret}");
        }
    }

    #[test]
    fn shows_a_variable_only_if_its_name_consists_of_words() {
        for name in ["CPAY_SECRET", "CPAY_SECRET_OLD2", "_S", "cpay_secret"] {
            assert_eq!(variable(name), format!("the environment variable {name}"));
        }
        for secret in [
            "JBSWY3DPEHPK3PXP",
            "AKIAIOSFODNN7EXAMPLE",
            "DEADBEEF",
            "QWERTYUIOPASDFGH",
            "hT7qLw2ZkVb9XcR4nPmD",
        ] {
            assert_eq!(variable(secret), "the variable named there", "{secret}");
        }
    }

    #[test]
    fn takes_no_usual_name_of_an_account_for_a_secret() {
        for name in [
            "main",
            "eu1-shop2-main3-test4",
            "merchant-20003092",
            "internationalpayments-production",
            "shop42x",
            "20230201063626162067240523600691",
        ] {
            assert!(!is_random(name), "{name}");
        }
        for secret in [
            "9f86d081884c7d65",
            "jbswy3dpehpk3pxp",
            "a1b2c3d4-e5f6-a7b8-c9d0",
        ] {
            assert!(is_random(secret), "{secret}");
        }
    }
}
