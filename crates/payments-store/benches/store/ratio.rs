//! Ratios and their targets.

#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Ratios {
    missed: Vec<bool>,
}

impl Ratios {
    /// Prints a ratio: the median of those of the rounds.
    pub(crate) fn add(&mut self, name: &str, target: Target, rounds: &[(f64, f64)]) {
        let ratio = median(rounds.iter().map(|(left, right)| left / right));
        let (is_missed, target) = match target {
            Target::AtLeast(least) => (ratio < least, format!("at least {least:.2}")),
            Target::AtMost(most) => (ratio > most, format!("at most {most:.2}")),
        };
        let mark = if is_missed { "  missed" } else { "" };
        println!("{name:<68} {ratio:>7.2}  {target}{mark}");
        self.missed.push(is_missed);
    }

    pub(crate) fn count(&self) -> usize {
        self.missed.len()
    }

    pub(crate) fn missed(&self) -> usize {
        self.missed.iter().filter(|is_missed| **is_missed).count()
    }
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
