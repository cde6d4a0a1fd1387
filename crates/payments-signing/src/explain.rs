//! The stages of a signature as text, to find the first one that is wrong.

use core::fmt;

/// Replaces a secret.
pub(crate) const MASK: &str = "***";

/// The stages in order, from the parameters to the signature. The secret and the card data of C-Pay's calls are shown
/// as `***`.
///
/// The texts contain everything else that was signed, including personal data and a valid signature: show them only to
/// people who may see the payment, and keep them out of logs. `Debug` prints the names of the stages only.
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
    /// Its name.
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

    /// The stages in order.
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

/// One paragraph per stage: its name on a line, its text indented below.
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
    fn debug_prints_names_only() {
        let stages = Explanation::new().stage("sign", "private");
        assert_eq!(format!("{stages:?}"), r#"[Stage("sign")]"#);
    }
}
