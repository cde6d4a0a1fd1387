//! The stages of a signature as text, for people who look for the first wrong one.

use core::fmt;

/// What stands in the place of a secret.
pub(crate) const MASK: &str = "***";

/// One stage after the other, from the parameters to the signature. The secret is shown as `***`, and so is the card
/// data of C-Pay's calls.
///
/// The texts hold everything else that was signed, personal data and a signature that works among it: show them to
/// whoever may see the payment, and keep them out of logs. `Debug` prints the names of the stages only.
///
/// ```
/// use payments_signing::{Secret, cpay::Key};
///
/// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?);
/// let stages = key.explain([("xx", "1001"), ("yy", ""), ("aa", "hello")])?;
/// assert_eq!(stages.get("canonical text"), Some("aa=hello&xx=1001&key=***"));
/// println!("{stages}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Explanation(Vec<Stage>);

/// One stage. `Debug` prints its name only.
#[derive(Clone)]
pub struct Stage {
    /// What it is.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

impl Explanation {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn stage(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.0.push(Stage {
            name,
            text: text.into(),
        });
        self
    }

    /// The stages in their order.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.0
    }

    /// The text of a stage by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|stage| stage.name == name)
            .map(|stage| &*stage.text)
    }
}

/// One stage per paragraph: its name on a line, its text indented below.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Stage { name, text } in &self.0 {
            writeln!(f, "{name}")?;
            for line in text.lines() {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stage({:?})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_names_only() {
        let stages = Explanation::new().stage("sign", "private");
        assert_eq!(format!("{stages:?}"), r#"[Stage("sign")]"#);
    }
}
