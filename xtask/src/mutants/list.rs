//! The mutants of a part, as `cargo mutants --list --json` gives them.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::run::output;

use super::Part;

/// A change of the code in one place.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Mutant {
    /// The file, its line and column, and what is changed.
    pub(super) name: String,
    /// The file, from the workspace's root.
    pub(super) file: String,
    pub(super) genre: Genre,
    /// The text that takes the place of the changed one.
    pub(super) replacement: String,
    span: Span,
    function: Option<Function>,
}

/// What kind of text is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub(super) enum Genre {
    /// The body of a function becomes a value of its return type.
    FnValue,
    BinaryOperator,
    /// The operator is deleted.
    UnaryOperator,
    /// The arm is deleted, so that the one of `_` takes its values.
    MatchArm,
    MatchArmGuard,
    /// The field is deleted, before `..base`.
    StructField,
    #[serde(other)]
    Other,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Span {
    start: Position,
}

/// Line and column from 1; columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

#[derive(Clone, Debug, Deserialize)]
struct Function {
    return_type: String,
}

impl Mutant {
    /// Where the changed text begins.
    pub(super) const fn start(&self) -> Position {
        self.span.start
    }

    /// Whether the mutant and the original have different types, so that one function cannot return both.
    pub(super) fn changes_the_type(&self) -> bool {
        let function = self.function.as_ref();
        let opaque = function.is_some_and(|function| function.return_type.contains("impl "));
        self.genre == Genre::FnValue && opaque
    }
}

/// Lists the mutants of a part in this copy of the workspace.
pub(super) fn mutants(part: Part, tree: &Path) -> Result<Vec<Mutant>, String> {
    let mut list = Command::new("cargo");
    list.current_dir(tree)
        .args(["mutants", "--list", "--json", "--package", part.package()]);
    for file in part.files() {
        list.args(["--file", &format!("crates/{}/src/{file}", part.package())]);
    }
    let list = output(&mut list)
        .map_err(|error| format!("{error}; `cargo install cargo-mutants` if it is missing"))?;
    let list: Vec<Mutant> = serde_json::from_str(&list)
        .map_err(|error| format!("the list of cargo-mutants cannot be read: {error}"))?;
    match list.is_empty() {
        true => Err("cargo-mutants lists no mutant".to_owned()),
        false => Ok(list),
    }
}
