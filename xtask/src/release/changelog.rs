//! Whether a changelog describes the version that is released.

use semver::Version;

/// Checks that nothing is left under "Unreleased", and that the next section is this version's, dated and not empty.
pub(super) fn describes(text: &str, version: &Version) -> Result<(), String> {
    let mut sections = text.split("\n## ").skip(1).map(|section| {
        let (title, body) = section.split_once('\n').unwrap_or((section, ""));
        (title.trim(), body.trim())
    });
    let mut newest = sections.next();
    if let Some(("Unreleased", body)) = newest {
        if !body.is_empty() {
            return Err(format!(
                "move what is under Unreleased to \"## {version} - <date>\""
            ));
        }
        newest = sections.next();
    }
    let Some((title, body)) = newest else {
        return Err(format!("it has no section: add \"## {version} - <date>\""));
    };
    let date = title.strip_prefix(&format!("{version} - "));
    if !date.is_some_and(is_date) {
        return Err(format!(
            "its newest section is {title}: add \"## {version} - <date>\""
        ));
    }
    if body.is_empty() {
        return Err(format!("its section {version} is empty: say what changed"));
    }
    Ok(())
}

/// `2026-11-29`
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [4, 2, 2]
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        describes(text, &Version::new(0, 2, 0)).unwrap_err()
    }

    #[test]
    fn a_dated_section_with_lines_is_enough() {
        for text in [
            "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n- Something.\n",
            "# Changelog\n\n## 0.2.0 - 2026-12-01\n\n- Something.\n\n## 0.1.0 - 2026-11-01\n\n- First.\n",
        ] {
            assert_eq!(describes(text, &Version::new(0, 2, 0)), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let unreleased = "# Changelog\n\n## Unreleased\n\n- Something.\n";
        assert_eq!(
            refused(unreleased),
            "move what is under Unreleased to \"## 0.2.0 - <date>\""
        );
        assert_eq!(
            refused("# Changelog\n"),
            "it has no section: add \"## 0.2.0 - <date>\""
        );
        let other = "# Changelog\n\n## 0.1.0 - 2026-11-01\n\n- First.\n";
        assert_eq!(
            refused(other),
            "its newest section is 0.1.0 - 2026-11-01: add \"## 0.2.0 - <date>\""
        );
        let undated = "# Changelog\n\n## 0.2.0 - soon\n\n- Something.\n";
        assert_eq!(
            refused(undated),
            "its newest section is 0.2.0 - soon: add \"## 0.2.0 - <date>\""
        );
        let empty = "# Changelog\n\n## 0.2.0 - 2026-12-01\n\n## 0.1.0 - 2026-11-01\n\n- First.\n";
        assert_eq!(
            refused(empty),
            "its section 0.2.0 is empty: say what changed"
        );
    }
}
