//! The verdicts on the mutants of a part, in figures, and what is wrong with them.

use std::collections::BTreeMap;

use super::results::Verdict;

/// The columns of [`Outcome::row`].
pub(super) const HEADS: &str = "part        tried  caught  survived  accepted  do not compile";

/// How many of 100 mutants have to be caught.
const CAUGHT: usize = 95;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// How many a test noticed, be it by not coming to its end.
    caught: usize,
    survivors: Vec<String>,
    /// How many the compiler refused. They do not count.
    uncompiled: usize,
}

impl Outcome {
    pub(super) fn count(&mut self, mutant: &str, verdict: Verdict) {
        match verdict {
            Verdict::Caught => self.caught += 1,
            Verdict::Survivor => self.survivors.push(mutant.to_owned()),
            Verdict::Uncompiled => self.uncompiled += 1,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.caught += other.caught;
        self.survivors.extend(other.survivors);
        self.uncompiled += other.uncompiled;
    }

    fn all(&self) -> usize {
        self.caught + self.survivors.len()
    }

    /// The figures as one line of a table.
    pub(super) fn row(&self, name: &str, accepted: &str) -> String {
        let (all, survived) = (self.all(), self.survivors.len());
        format!(
            "{name:<8} {all:>8} {:>6.1}% {survived:>9} {:>9} {:>15}",
            self.caught as f64 * 100.0 / all.max(1) as f64,
            survived - self.compare(accepted).0.len(),
            self.uncompiled
        )
    }

    /// The survivors that are not accepted, a line each.
    pub(super) fn unlisted(&self, accepted: &str) -> Vec<String> {
        let unlisted = self.compare(accepted).0.into_iter();
        unlisted
            .map(|mutant| {
                format!("{mutant}: write a test, or list it in xtask/survivors.txt with a reason")
            })
            .collect()
    }

    /// What is wrong if these are all mutants of a part.
    pub(super) fn too_few(&self, name: &str) -> Option<String> {
        let are_too_few = self.caught * 100 < self.all() * CAUGHT;
        are_too_few.then(|| format!("{name}: fewer than {CAUGHT} % are caught"))
    }

    /// What is accepted but did not survive, if these are the mutants of all parts.
    pub(super) fn needless(&self, accepted: &str) -> Vec<String> {
        let left = self.compare(accepted).1.into_iter();
        let left = left.filter(|(_, count)| *count > 0);
        left.map(|(mutant, count)| {
            format!("{mutant}: {count} fewer survive than xtask/survivors.txt has")
        })
        .collect()
    }

    /// The survivors that are not accepted, and how many of each accepted one there were too few.
    fn compare(&self, accepted: &str) -> (Vec<&String>, BTreeMap<String, usize>) {
        let mut left = counts(accepted);
        let is_unlisted = |mutant: &&String| match left.get_mut(&without_place(mutant)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        let unlisted = self.survivors.iter().filter(is_unlisted).collect();
        (unlisted, left)
    }
}

/// How many of the mutants of the same text are accepted: the number before it, or one.
fn counts(accepted: &str) -> BTreeMap<String, usize> {
    let lines = accepted.lines().filter_map(|line| line.split_once(" = "));
    // Not the heading.
    let lines = lines.filter(|(mutant, _)| mutant.contains(".rs: "));
    let counts = lines.map(|(mutant, _)| {
        let counted = mutant.split_once(' ');
        let counted = counted.and_then(|(count, mutant)| Some((mutant, count.parse().ok()?)));
        let (mutant, count) = counted.unwrap_or((mutant, 1));
        (mutant.to_owned(), count)
    });
    counts.collect()
}

/// `src/amount.rs:118:29: replace > with >= in f` without line and column, which change with every edit.
fn without_place(mutant: &str) -> String {
    match mutant.split_once(": ") {
        Some((place, what)) => {
            let file = place.split(':').next().unwrap_or(place);
            format!("{file}: {what}")
        }
        None => mutant.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_accepts_as_many_survivors_as_it_says() {
        let survivors = ["a.rs:1:2: x in f", "a.rs:9:2: x in f", "a.rs:9:9: y in f"];
        let outcome = Outcome {
            caught: 97,
            survivors: survivors.map(str::to_owned).to_vec(),
            uncompiled: 12,
        };
        let unlisted = |accepted: &str| outcome.unlisted(accepted).len();
        assert_eq!(unlisted("A heading.\n"), 3);
        assert_eq!(unlisted("a.rs: x in f = reason\na.rs: y in f = reason"), 1);
        let all = "2 a.rs: x in f = reason\na.rs: y in f = reason\n";
        assert_eq!(unlisted(all), 0);
        assert_eq!(outcome.unlisted(all), Vec::<String>::new());
        assert_eq!(outcome.needless(all), Vec::<String>::new());
        let more = outcome.needless("3 a.rs: x in f = reason\nb.rs: z in g = reason");
        assert_eq!(more.len(), 2, "{more:?}");
        let row = outcome.row("amount", all);
        assert_eq!(
            row,
            "amount        100   97.0%         3         3              12"
        );
        assert_eq!(HEADS.len(), row.len());
    }

    #[test]
    fn fewer_than_95_of_100_are_a_problem() {
        for (caught, survived, expected) in [(95, 5, false), (94, 6, true)] {
            let outcome = Outcome {
                caught,
                survivors: vec!["a.rs:1:2: x in f".to_owned(); survived],
                uncompiled: 100,
            };
            assert_eq!(outcome.too_few("amount").is_some(), expected);
        }
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let list = super::super::SURVIVORS;
        let lines = list.lines().skip(1).filter(|line| !line.is_empty()).count();
        assert_eq!(
            counts(list).len(),
            lines,
            "a line is repeated or lacks a reason"
        );
    }
}
