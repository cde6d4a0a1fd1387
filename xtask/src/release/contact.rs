//! Whether addresses that users are given are real.

/// Endings of hosts that RFC 2606 and RFC 6762 keep out of the public network.
const PLACEHOLDERS: [&str; 8] = [
    ".example",
    ".invalid",
    ".local",
    ".localhost",
    ".test",
    ".example.com",
    ".example.net",
    ".example.org",
];

/// Whether nothing can be at this host.
pub(super) fn is_placeholder(host: &str) -> bool {
    let host = format!(".{}", host.to_ascii_lowercase());
    let has_domain = host.rfind('.').is_some_and(|dot| dot > 0);
    !has_domain || PLACEHOLDERS.iter().any(|ending| host.ends_with(ending))
}

/// The host of a web address (`https://…`) or of a mail address.
pub(super) fn host(address: &str) -> Option<&str> {
    let rest = match address.strip_prefix("https://") {
        Some(rest) => rest.split(['/', ':', '?', '#']).next()?,
        None => address.split_once('@')?.1,
    };
    (!rest.is_empty()).then_some(rest)
}

/// Whether the first paragraph below the title names a real address to write to.
pub(super) fn is_named(text: &str) -> bool {
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let first = paragraphs.find(|paragraph| !paragraph.is_empty() && !paragraph.starts_with('#'));
    let between = |letter: char| letter.is_whitespace() || "()<>[],;`".contains(letter);
    let mut words = first.unwrap_or_default().split(between);
    words.any(|word| {
        let address = word.trim_start_matches("mailto:").trim_end_matches('.');
        host(address).is_some_and(|host| !is_placeholder(host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_known_by_their_host() {
        for address in [
            "https://payments.example/source",
            "https://example.com",
            "https://git.example.org:8443/payments",
            "https://localhost/source",
            "https://git.TEST/source",
            "security@shop.invalid",
        ] {
            assert!(is_placeholder(host(address).unwrap()), "{address}");
        }
        for address in ["https://git.shop.dev/source", "security@myexample.com"] {
            assert!(!is_placeholder(host(address).unwrap()), "{address}");
        }
        for address in ["payments", "http://git.shop.dev", "https://", "ana@"] {
            assert_eq!(host(address), None, "{address}");
        }
    }

    #[test]
    fn a_contact_is_a_real_address_in_the_first_paragraph() {
        for text in [
            "# Security\n\nReport a vulnerability to <security@shop.dev>.\n\n- More.\n",
            "# Security\n\nReport it [to us](mailto:security@shop.dev).",
            "# Security\n\nReport it at https://git.shop.dev/security.\n",
        ] {
            assert!(is_named(text), "{text}");
        }
        for text in [
            "",
            "# Security\n",
            "# Security\n\nReport it to the maintainers.\n\nSee https://rsa.shop.dev.\n",
            "# Security\n\nReport it to security@payments.example.\n",
        ] {
            assert!(!is_named(text), "{text}");
        }
    }
}
