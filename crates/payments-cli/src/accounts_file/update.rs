//! The accounts file with the sandbox's accounts in it. It may have accounts of the owner.

use std::path::Path;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::failure::Failure;
use crate::output::shown_path;
use crate::url;

/// The new text of the file, with the accounts of `sandbox` added or updated, which is the text of an accounts file with nothing
/// else. Comments, other accounts and other keys of the same accounts stay as they are.
pub(crate) fn updated(path: &Path, sandbox: &str) -> Result<String, Failure> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(sandbox.to_owned()),
        Err(error) => {
            let what = format!("cannot read {}", shown_path(path));
            Err(Failure::failed(&what, error))
        }
        Ok(old) => merged(&old, sandbox).map_err(|problem| {
            Failure::bad(format!(
                "{}: {problem}; nothing was changed; mend it, or name another file",
                shown_path(path)
            ))
        }),
    }
}

const LIST: &str = "gateway";
const INLINE: &str = "inline_secrets";

fn merged(old: &str, sandbox: &str) -> Result<String, String> {
    // The parser's own messages repeat lines of the file, which may contain a secret.
    let parse = |text: &str| {
        text.parse::<DocumentMut>().map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            format!("line {line} is not TOML: {}", error.message())
        })
    };
    let (mut document, ours) = (parse(old)?, parse(sandbox)?);
    let ours = ours.get(LIST).and_then(Item::as_array_of_tables);
    let ours = ours.ok_or("the sandbox has no accounts")?;
    let accounts = document
        .entry(LIST)
        .or_insert_with(|| ArrayOfTables::new().into());
    let accounts = accounts
        .as_array_of_tables_mut()
        .ok_or("the accounts are not written as [[gateway]] tables")?;
    let is_ours = |theirs: &Table| ours.iter().any(|our| is_same(our, theirs));
    let has_others = !accounts.iter().all(is_ours);
    for our in ours {
        let place = accounts.iter().position(|theirs| is_same(our, theirs));
        match place.and_then(|place| accounts.get_mut(place)) {
            Some(theirs) => update(theirs, our)?,
            None => accounts.push(our.clone()),
        }
    }
    let allows_inline = document.get(INLINE).and_then(Item::as_bool);
    match allows_inline {
        Some(true) => {}
        _ if has_others => {
            return Err(format!(
                "it has other accounts, and secrets must not be in it: begin it with {INLINE} = true to allow the sandbox's public ones"
            ));
        }
        _ => {
            document.insert(INLINE, value(true));
        }
    }
    Ok(document.to_string())
}

fn text<'a>(account: &'a Table, key: &str) -> Option<&'a str> {
    account.get(key).and_then(Item::as_str)
}

fn is_same(one: &Table, other: &Table) -> bool {
    let name = |account| Some((text(account, "provider")?, text(account, "account")?));
    name(one).is_some_and(|name_of_one| Some(name_of_one) == name(other))
}

/// An account of the same name at the real provider is not changed.
fn update(theirs: &mut Table, ours: &Table) -> Result<(), String> {
    // Without one, an account of CCPayment is at the provider.
    let base_url = text(theirs, "base_url");
    if base_url.and_then(url::local).is_none() {
        let name = |key| text(ours, key).unwrap_or_default();
        let (provider, account) = (name("provider"), name("account"));
        return Err(format!(
            "{provider}/{account} has no base_url on this machine, so it is not the sandbox's: give it another name"
        ));
    }
    for (key, new) in ours {
        match (
            theirs.get_mut(key).and_then(Item::as_value_mut),
            new.as_value(),
        ) {
            (Some(old), Some(new)) => {
                let decor = old.decor().clone();
                *old = new.clone();
                *old.decor_mut() = decor;
            }
            _ => {
                theirs.insert(key, new.clone());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SANDBOX: &str = "# Written\ninline_secrets = true\n\n[[gateway]]\naccount = \"sandbox\"\nbase_url = \"http://127.0.0.1:8420\"\nprovider = \"cpay\"\nsecret = \"new\"\n";

    #[test]
    fn keeps_comments_order_and_other_accounts() {
        let old = "# mine\ninline_secrets = true # yes\n\n[[gateway]] # first\nprovider = \"cpay\"\naccount = \"main\" # real\nsecret = { env = \"X\" }\n\n[[gateway]]\nprovider = \"cpay\"\naccount = \"sandbox\"\nbase_url = 'http://127.0.0.1:1' # old\nunsigned_webhooks = \"refuse\"\n\n[gateway.calls] # keep\ndeadline = \"3s\"\n";
        let new = merged(old, SANDBOX).unwrap();
        let expected = old.replace(
            "'http://127.0.0.1:1' # old\nunsigned_webhooks = \"refuse\"\n",
            "\"http://127.0.0.1:8420\" # old\nunsigned_webhooks = \"refuse\"\nsecret = \"new\"\n",
        );
        assert_eq!(new, expected);
        assert_eq!(merged(&new, SANDBOX).unwrap(), new);
    }

    #[test]
    fn adds_to_a_file_without_accounts() {
        let new = merged("# only a comment\n", SANDBOX).unwrap();
        assert!(new.contains("inline_secrets = true\n"), "{new}");
        assert!(new.contains("# only a comment"), "{new}");
        assert!(new.contains("[[gateway]]\naccount = \"sandbox\""), "{new}");
        assert_eq!(merged(&new, SANDBOX).unwrap(), new);
    }

    #[test]
    fn refuses_what_it_would_spoil() {
        let main = "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\n";
        let real = "[[gateway]]\nprovider = \"cpay\"\naccount = \"sandbox\"\nbase_url = \"https://sandbox.cpay.example\"\n";
        let usual = "[[gateway]]\nprovider = \"cpay\"\naccount = \"sandbox\"\n";
        for (old, problem) in [
            (main, "begin it with inline_secrets = true"),
            (real, "cpay/sandbox has no base_url on this machine"),
            (usual, "cpay/sandbox has no base_url on this machine"),
            ("gateway = [{}]\n", "[[gateway]]"),
            ("a = \"sentinel\nb = 1", "line 1 is not TOML"),
        ] {
            let found = merged(old, SANDBOX).unwrap_err();
            assert!(found.contains(problem), "{found}");
            assert!(!found.contains("sentinel"), "{found}");
        }
    }
}
