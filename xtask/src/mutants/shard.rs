//! Mutants in shards, which can be tried on several machines and days.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::outcome::Outcome;

/// The file beside the lists of a run that came to its end.
const COMMIT: &str = "commit";

/// Every `count`th mutant from this one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// All mutants.
    pub(crate) const ALL: Self = Self { index: 0, count: 1 };

    /// The folder of its results, inside that of the part.
    pub(super) fn folder(self) -> String {
        format!("{}-of-{}", self.index, self.count)
    }

    fn of(folder: &str) -> Option<Self> {
        folder.replace("-of-", "/").parse().ok()
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/');
        let numbers =
            numbers.and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match numbers {
            Some((index, count)) if index < count => Ok(Self { index, count }),
            _ => Err("a shard is M/N, from 0/N to the one before N/N".to_owned()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// Notes that the run in this folder came to its end, and the commit that it was of.
pub(super) fn note(folder: &Path, commit: &str) -> Result<(), String> {
    let path = folder.join(COMMIT);
    std::fs::write(&path, commit).map_err(|error| format!("{}: {error}", path.display()))
}

/// Adds the results of all shards of a part. They have to be complete, and of one commit.
pub(super) fn sum(part: &Path) -> Result<Outcome, String> {
    let entries = std::fs::read_dir(part).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let shards: BTreeSet<Shard> = names.filter_map(|name| Shard::of(&name)).collect();
    let (mut total, mut commits) = (Outcome::default(), BTreeSet::new());
    for shard in &shards {
        let folder = part.join(shard.folder());
        let commit = std::fs::read_to_string(folder.join(COMMIT));
        commits.insert(commit.map_err(|_| format!("shard {shard} did not finish: repeat it"))?);
        total.add(Outcome::read(&folder)?);
    }
    let Some(Shard { count, .. }) = shards.first().copied() else {
        return Err(format!("there are no results in {}", part.display()));
    };
    let all: BTreeSet<Shard> = (0..count).map(|index| Shard { index, count }).collect();
    if shards != all {
        let names: Vec<String> = shards.iter().map(Shard::to_string).collect();
        return Err(format!(
            "there are the shards {}: run those that are missing, remove those of another number",
            names.join(", ")
        ));
    }
    match commits.len() {
        1 => Ok(total),
        _ => Err("its shards are of different commits: run them again".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn result(part: &Path, shard: &str, commit: Option<&str>) {
        let folder = part.join(shard.parse::<Shard>().unwrap().folder());
        let lists = folder.join("mutants.out");
        std::fs::create_dir_all(&lists).unwrap();
        for name in ["caught.txt", "missed.txt", "timeout.txt"] {
            std::fs::write(lists.join(name), "a.rs:1:1: x in f\n").unwrap();
        }
        if let Some(commit) = commit {
            note(&folder, commit).unwrap();
        }
    }

    #[test]
    fn only_all_shards_of_one_commit_are_added() {
        let part = TempDir::new().unwrap();
        let part = part.path();
        let refused = || sum(part).unwrap_err();
        assert!(refused().starts_with("there are no results"));
        result(part, "0/2", Some("one"));
        assert!(refused().starts_with("there are the shards 0/2:"));
        result(part, "1/2", None);
        assert_eq!(refused(), "shard 1/2 did not finish: repeat it");
        result(part, "1/2", Some("two"));
        assert_eq!(
            refused(),
            "its shards are of different commits: run them again"
        );
        result(part, "1/2", Some("one"));
        let row = sum(part).unwrap().row("part", "");
        assert_eq!(row, "part            6   66.7%         2         0");
        result(part, "0/3", Some("one"));
        assert!(refused().starts_with("there are the shards 0/2, 0/3, 1/2:"));
    }

    #[test]
    fn a_shard_is_one_of_so_many() {
        for text in ["0/1", "5/6"] {
            let shard: Shard = text.parse().unwrap();
            assert_eq!(shard.to_string(), text);
            assert_eq!(Shard::of(&shard.folder()), Some(shard));
        }
        for text in ["", "1", "1/1", "a/2", "-1/2", "0/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
