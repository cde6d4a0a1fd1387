//! Texts that people write for the command.

use payments_cli::foreign_text;

/// A scenario is read, or every mistake names a line of it.
pub(crate) fn scenario(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let lines = text.matches('\n').count() + 1;
    let read = foreign_text::scenario(text);
    let is_read = read.iter().any(Result::is_ok);
    for mistakes in read.into_iter().filter_map(Result::err) {
        let is_of_a_line = |mistake: &str| {
            let number = mistake.strip_prefix("  line ")?.split_once(": ")?.0;
            let number: usize = number.parse().ok()?;
            Some((1..=lines).contains(&number))
        };
        let all = mistakes.strip_prefix('\n').unwrap();
        for mistake in all.split('\n') {
            assert_eq!(is_of_a_line(mistake), Some(true), "{mistake:?}");
        }
    }
    is_read
}

/// The URL of a store's database is read, or refused without its password.
pub(crate) fn database_url(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let read = foreign_text::database(text);
    if let Err(why) = &read {
        let login = text
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('@'));
        let password = login.and_then(|(login, _)| login.split_once(':'));
        // A shorter one may be in any sentence.
        let password = password.map(|(_, it)| it).filter(|it| it.len() >= 8);
        assert!(!password.is_some_and(|it| why.contains(it)), "{why}");
    }
    read.is_ok()
}
