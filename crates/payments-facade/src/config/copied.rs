//! Mistakes that happen when a secret is copied. Such a text can be used, but every signature made with it is wrong.

/// The mistake, as the predicate of a sentence, in a text that is one line.
pub(super) fn mistake_in_secret(text: &str) -> Option<&'static str> {
    mistake(text).or_else(|| {
        let literal = |end: &&str| text.ends_with(end);
        if text.ends_with(['\n', '\r']) {
            Some("ends with a line end: remove it")
        } else if text.contains(['\n', '\r']) {
            Some("contains a line end: the secret is one line")
        } else if ["\\n", "\\r"].iter().any(literal) {
            Some("ends with a line end that is written as \\n or \\r: remove it")
        } else {
            None
        }
    })
}

/// As [`mistake_in_secret`], for a key, which may have several lines.
pub(super) fn mistake_in_key(text: &str) -> Option<&'static str> {
    mistake(text).or_else(|| {
        let (text, marks) = (text.trim(), |c: char| QUOTES.contains(&c));
        (text.starts_with(marks) || text.ends_with(marks))
            .then_some("begins or ends with a quotation mark: remove it")
    })
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// Quotation marks that an editor or a chat program makes of the typed ones.
const TYPOGRAPHIC: [char; 8] = ['“', '”', '„', '‘', '’', '‚', '«', '»'];

/// Characters without ink that are not white space of a keyboard.
const INVISIBLE: [char; 14] = [
    '\u{ad}', '\u{a0}', '\u{180e}', '\u{2007}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}',
    '\u{200f}', '\u{202f}', '\u{2060}', '\u{2063}', '\u{3000}', '\u{feff}',
];

fn mistake(text: &str) -> Option<&'static str> {
    if text.starts_with('\u{feff}') {
        return Some("begins with a byte order mark (BOM): save it as UTF-8 without one");
    }
    if text.contains(INVISIBLE) {
        return Some(
            "contains an invisible character, such as a zero-width or no-break space: type or copy it again",
        );
    }
    // A line of JSON ends with a comma, a line of code with a semicolon.
    let text = text.trim();
    let unended = text.trim_end_matches([',', ';']);
    let text = if unended.ends_with(QUOTES) {
        unended
    } else {
        text
    };
    let in_quotes = QUOTES
        .iter()
        .any(|mark| text.len() > 1 && text.starts_with(*mark) && text.ends_with(*mark));
    if in_quotes || text.starts_with(TYPOGRAPHIC) || text.ends_with(TYPOGRAPHIC) {
        return Some("is in quotation marks: remove them");
    }
    if is_placeholder(text) {
        return Some("is a placeholder such as ${NAME} that was not replaced by its value");
    }
    if !text.is_empty() && text.chars().all(|char| matches!(char, '*' | '•')) {
        return Some("is only asterisks, as a console shows a hidden value: copy the value itself");
    }
    if is_path(text) {
        return Some("is the path of a file: use { file = \"…\" }");
    }
    if has_name(text) {
        return Some("begins with the name of a variable and =: give the value only");
    }
    None
}

/// A path in a usual folder. Base64 can begin with a slash, too.
fn is_path(text: &str) -> bool {
    let folders = [
        "./",
        "../",
        "~/",
        "/run/",
        "/etc/",
        "/var/",
        "/home/",
        "/mnt/",
        "/secrets/",
        "C:\\",
    ];
    folders.iter().any(|folder| text.starts_with(folder))
}

/// `${NAME}` anywhere; all of it `$NAME`, `%NAME%`, `$(command)`, `{{ name }}`, `<name>` or what programs write for no value.
fn is_placeholder(text: &str) -> bool {
    let between = |start: &str, end: &str| {
        let inner = text.strip_prefix(start)?.strip_suffix(end)?;
        (!inner.is_empty()).then_some(inner)
    };
    let expansion = text
        .split_once("${")
        .and_then(|(_, rest)| rest.split_once('}'));
    expansion
        .is_some_and(|(name, _)| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        || text.strip_prefix('$').is_some_and(is_variable)
        || between("%", "%").is_some_and(is_variable)
        || between("$(", ")").is_some()
        || between("{{", "}}").is_some()
        || between("<", ">").is_some()
        || ["null", "undefined", "None", "nil"].contains(&text)
}

/// `NAME=value`, `export NAME=value` and `name_of=value`. The `=` at the end of base64 has nothing after it.
fn has_name(text: &str) -> bool {
    let line = text.strip_prefix("export ").unwrap_or(text);
    let Some((name, value)) = line.split_once('=') else {
        return false;
    };
    let name = name.trim_end();
    let is_word = ["secret", "key", "token", "password"]
        .iter()
        .any(|word| name.eq_ignore_ascii_case(word));
    let is_lower_name = name.contains('_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    !value.trim_start_matches('=').is_empty() && (is_word || is_variable(name) || is_lower_name)
}

/// A name in capital letters, as variables have.
fn is_variable(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.len() > 1
        && name.bytes().all(is_plain)
        && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_mistake_of_a_copied_secret() {
        for (text, word) in [
            ("\u{feff}k3y", "byte order mark"),
            ("k3y\u{200b}", "invisible"),
            ("k3\u{a0}y", "invisible"),
            ("\"k3y\"", "quotation"),
            (" 'k3y' ", "quotation"),
            ("“k3y”", "quotation"),
            ("\"k3y\",", "quotation"),
            ("undefined", "placeholder"),
            ("********", "asterisks"),
            ("/run/secrets/cpay", "path"),
            ("`k3y`", "quotation"),
            ("CPAY_SECRET=k3y", "name of a variable"),
            ("export CPAY_SECRET=\"k3y\"", "name of a variable"),
            ("cpay_secret=k3y", "name of a variable"),
            ("secret=k3y", "name of a variable"),
            ("${CPAY_SECRET}", "placeholder"),
            ("${CPAY_SECRET:-}", "placeholder"),
            ("prefix-${CPAY_SECRET}", "placeholder"),
            ("$CPAY_SECRET", "placeholder"),
            ("%CPAY_SECRET%", "placeholder"),
            ("$(cat secret)", "placeholder"),
            ("{{ cpay_secret }}", "placeholder"),
            ("<your secret>", "placeholder"),
            ("k3y\n", "ends with a line end"),
            ("k3y\r\n", "ends with a line end"),
            ("k3y\nk3y", "contains a line end"),
            ("k3y\\n", "written as"),
        ] {
            let mistake = mistake_in_secret(text);
            assert!(
                mistake.is_some_and(|it| it.contains(word)),
                "{text:?}: {mistake:?}"
            );
        }
    }

    #[test]
    fn accepts_what_a_secret_or_key_can_be() {
        for text in [
            "k3y-of-merchant",
            "q2V0/3Bh4ss7wd+bGs=",
            "QUJDRA==",
            "ABC=",
            "a=b",
            "9f86d081884c7d659a2feaa0c55ad015",
            "p$ss$WORD",
            "$2b$12$abc",
            "50%off%",
            "\"half",
            "/3Bh4ss7wd/bGs=",
            "k3y,",
            "{json}",
        ] {
            assert_eq!(mistake_in_secret(text), None, "{text}");
        }
        let pem = "-----BEGIN PUBLIC KEY-----\nMIIB+/=\n-----END PUBLIC KEY-----\n";
        assert_eq!(mistake_in_key(pem), None);
        assert_eq!(
            mistake_in_key("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA==\n"),
            None
        );
        for (text, word) in [
            (format!("\"{pem}\""), "quotation"),
            (format!("{pem}\""), "quotation"),
            (format!("\u{feff}{pem}"), "byte order mark"),
            (format!("PLATFORM_KEY={pem}"), "name of a variable"),
            ("${PLATFORM_KEY}".to_owned(), "placeholder"),
            (pem.replace('M', "\u{200b}M"), "invisible"),
        ] {
            let mistake = mistake_in_key(&text);
            assert!(
                mistake.is_some_and(|it| it.contains(word)),
                "{text:?}: {mistake:?}"
            );
        }
    }
}
