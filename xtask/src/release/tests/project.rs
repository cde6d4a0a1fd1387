//! A workspace of two crates that everything is right with, and `origin`.

use std::process::Command;

use tempfile::TempDir;

use crate::release::Release;
use crate::release::checks::{CHECKS, Check, Verdict};
use crate::release::workspace::Workspace;
use crate::run::{output, succeed};
use crate::skip;

pub(super) const CHANGELOG: &str = "# Changelog\n\n## 0.1.0 - 2026-11-01\n\n- First.\n";

pub(super) const REPOSITORY: &str = "https://git.shop.dev/counts";

pub(super) struct Project {
    pub(super) folder: TempDir,
    pub(super) workspace: Workspace,
    /// Where `origin` is.
    remote: TempDir,
}

impl Project {
    /// Everything is committed, and nothing is tagged.
    pub(super) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let remote = TempDir::new().unwrap();
        let workspace = Workspace::at(folder.path().to_path_buf());
        let project = Self {
            folder,
            workspace,
            remote,
        };
        project.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"our-lower\", \"our-upper\"]\n",
        );
        project.write(".gitignore", "/target\n");
        project.write("deny.toml", "[licenses]\nallow = [\"MIT\"]\n");
        // `cargo xtask test` runs the test named so. No registry is asked, so that names cannot be those of other crates.
        project.write(
            ".cargo/config.toml",
            "[alias]\nxtask = \"test --quiet --package our-lower --test\"\n\n[net]\noffline = true\n",
        );
        project.write("our-lower/tests/test.rs", "#[test]\nfn passes() {}\n");
        project.write("SECURITY.md", "# Security\n\nWrite to security@shop.dev.\n");
        for page in [
            "README.md",
            "docs/start.md",
            "our-lower/README.md",
            "our-upper/README.md",
        ] {
            project.write(page, "```toml\nour-lower = \"0.1\"\n```\n");
        }
        project.write("our-lower/Cargo.toml", &manifest("our-lower", "0.1.0"));
        project.write("our-lower/CHANGELOG.md", CHANGELOG);
        project.write(
            "our-lower/src/lib.rs",
            "//! Counts.\n\n/// One.\npub fn one() -> u32 {\n    1\n}\n",
        );
        let upper = manifest("our-upper", "0.1.0")
            + "[dependencies]\nour-lower = { path = \"../our-lower\", version = \"0.1.0\" }\n";
        project.write("our-upper/Cargo.toml", &upper);
        project.write("our-upper/CHANGELOG.md", CHANGELOG);
        project.write("our-upper/src/lib.rs", "//! Counts more.\n");
        let remote = project.remote.path().to_str().unwrap();
        project.git(&["init", "--quiet", "--bare", remote]);
        project.git(&["init", "--quiet"]);
        project.git(&["remote", "add", "origin", remote]);
        project.commit();
        project
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn git(&self, arguments: &[&str]) {
        let mut git = self.workspace.git();
        git.args(["-c", "user.name=Ana", "-c", "user.email=ana@shop.example"]);
        succeed(git.args(arguments)).unwrap();
    }

    pub(super) fn commit(&self) {
        let mut lock = self.workspace.cargo();
        output(lock.args(["generate-lockfile", "--offline"])).unwrap();
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "--message", "Change"]);
    }

    pub(super) fn tag(&self, tag: &str) {
        self.git(&["tag", "--annotate", "--message", tag, tag]);
    }

    /// Pushes a tag, and forgets it here.
    pub(super) fn tag_elsewhere(&self, tag: &str) {
        self.tag(tag);
        self.git(&["push", "--quiet", "origin", tag]);
        self.git(&["tag", "--delete", tag]);
    }

    pub(super) fn release(&self, name: &str, is_first: bool) -> Release<'_> {
        Release::new(&self.workspace, name, is_first).unwrap()
    }

    pub(super) fn check(&self, name: &str, title: &str) -> Result<Verdict, String> {
        check(&self.release(name, false), title)
    }

    /// The problem that a check finds.
    pub(super) fn problem(&self, name: &str, title: &str) -> String {
        match self.check(name, title) {
            Err(problem) => problem,
            Ok(verdict) => panic!("{title}: {verdict:?}"),
        }
    }
}

/// The check of this title.
pub(super) fn named(title: &str) -> Check {
    *CHECKS.iter().find(|(known, _)| *known == title).unwrap()
}

/// What a check finds. It fits a line.
pub(super) fn check(release: &Release<'_>, title: &str) -> Result<Verdict, String> {
    let checked = named(title).1(release);
    let line = match &checked {
        Err(problem) => format!("  {title}: {problem}"),
        Ok(Verdict::NotRun(reason)) => format!("  {title}: not run: {reason}"),
        Ok(_) => String::new(),
    };
    assert!(line.len() <= 80 && !line.contains('\n'), "{line}");
    checked
}

pub(super) fn manifest(name: &str, version: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n\
         rust-version = \"1.60\"\nlicense = \"MIT\"\ndescription = \"Counts.\"\n\
         repository = \"{REPOSITORY}\"\ninclude = [\"src/*.rs\"]\n"
    )
}

/// Whether a tool of a check is there; else the test is skipped.
pub(super) fn is_there(tool: &str, command: &mut Command) -> bool {
    let found = output(command.arg("--version")).is_ok();
    if !found {
        skip::without(tool);
    }
    found
}
