//! A copy of the committed files, in which mutants are tried.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;

use crate::run::{cargo, output, root, succeed};

/// What verdicts depend on beside the crates: what is built and looked up, and how a mutant is tried.
const OTHERS: [&str; 5] = [
    "Cargo.lock",
    "Cargo.toml",
    "fixtures",
    "xtask/src/mutants",
    "xtask/src/mutants.rs",
];

pub(super) struct Tree {
    pub(super) folder: PathBuf,
    /// Where cargo builds it.
    target: PathBuf,
    commit: String,
}

fn git(folder: &Path, words: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder).args(words);
    git
}

impl Tree {
    /// Makes the copy of the last commit inside this folder, or makes that of an earlier run the same.
    pub(super) fn new(folder: &Path) -> Result<Self, String> {
        let commit = output(&mut git(&root(), &["rev-parse", "HEAD"]))?;
        let tree = Self {
            folder: folder.join("tree"),
            target: folder.join("build"),
            commit: commit.trim().to_owned(),
        };
        if tree.folder.join(".git").exists() {
            tree.restore()?;
        } else {
            // Git knows the folder of a copy that was deleted, hence `--force`.
            let words = ["worktree", "add", "--quiet", "--force", "--detach"];
            let mut add = git(&root(), &words);
            succeed(add.arg(&tree.folder).arg(&tree.commit))?;
        }
        if !output(&mut git(&root(), &["status", "--porcelain"]))?.is_empty() {
            println!("mutants are of the last commit, without the changes that are not committed");
        }
        Ok(tree)
    }

    /// What the verdicts on the mutants of a package depend on: the hashes of its files and of those that its tests are built from.
    pub(super) fn state_of(&self, package: &str) -> Result<String, String> {
        let mut metadata = MetadataCommand::new();
        metadata.current_dir(&self.folder).no_deps();
        let metadata = metadata.exec().map_err(|error| error.to_string())?;
        let mut folders = BTreeSet::new();
        let mut left = vec![metadata.workspace_root.join("crates").join(package)];
        while let Some(folder) = left.pop() {
            let mut packages = metadata.packages.iter();
            let package = packages.find(|it| it.manifest_path.parent() == Some(&*folder));
            if folders.insert(folder) {
                let needs = package.into_iter().flat_map(|it| &it.dependencies);
                left.extend(needs.filter_map(|needs| needs.path.clone()));
            }
        }
        let inside = folders.iter().map(|folder| {
            let inside = folder.strip_prefix(&metadata.workspace_root);
            inside.map_or(folder.as_str(), |inside| inside.as_str())
        });
        let files = inside.chain(OTHERS);
        let words = files.map(|file| format!("{}:{file}", self.commit));
        let hashes = output(git(&self.folder, &["rev-parse"]).args(words))?;
        Ok(hashes.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Undoes every change of the files.
    pub(super) fn restore(&self) -> Result<(), String> {
        let checkout = ["checkout", "--quiet", "--force", "--detach", &self.commit];
        succeed(&mut git(&self.folder, &checkout))?;
        succeed(&mut git(
            &self.folder,
            &["clean", "-d", "--force", "--quiet"],
        ))
    }

    /// The cargo that builds in the copy.
    pub(super) fn cargo(&self) -> Command {
        let mut cargo = cargo();
        self.adapt(&mut cargo);
        cargo
    }

    /// Lets a command run in the copy. Its tests write no files that other tests would read.
    pub(super) fn adapt(&self, command: &mut Command) {
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("INSTA_UPDATE", "no")
            // A test that is skipped would notice nothing.
            .env("REQUIRED_TOOLS", "postgresql")
            .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1")
            .env("PROPTEST_MAX_SHRINK_ITERS", "0");
    }

    pub(super) fn read(&self, file: &str) -> Result<String, String> {
        std::fs::read_to_string(self.folder.join(file)).map_err(|error| format!("{file}: {error}"))
    }

    pub(super) fn write(&self, file: &str, text: &str) -> Result<(), String> {
        std::fs::write(self.folder.join(file), text).map_err(|error| format!("{file}: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_the_files_of_all_crates_that_the_tests_need() {
        let tree = Tree {
            folder: root(),
            target: root().join("target"),
            commit: "HEAD".to_owned(),
        };
        let hashes = |package| {
            let state = tree.state_of(package).unwrap();
            state.split(' ').map(str::to_owned).collect::<BTreeSet<_>>()
        };
        let (signing, store) = (hashes("payments-signing"), hashes("payments-store"));
        assert!(signing.len() > OTHERS.len() && store.is_superset(&signing));
        let of = |file| output(&mut git(&root(), &["rev-parse", file])).unwrap();
        for file in ["HEAD:simulation", "HEAD:crates/payments-facade"] {
            assert!(store.contains(of(file).trim()), "{file}");
        }
    }
}
