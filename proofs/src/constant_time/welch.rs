//! Times of inputs, and whether two classes of them differ.

use std::time::Instant;

use fastrand::Rng;

/// The slowest are left out, as much as these parts: interrupts and other programs. The largest t counts.
const KEPT: [f64; 7] = [1.0, 0.99, 0.95, 0.9, 0.75, 0.5, 0.25];

/// The nanoseconds of `run` by class, for so many inputs of all classes together. It is given the number of the class, too.
pub(super) fn times<T>(
    samples: usize,
    classes: &[Vec<T>],
    mut run: impl FnMut(usize, &T),
) -> Vec<Vec<f64>> {
    let mut random = Rng::with_seed(2_026);
    let mut times = vec![Vec::new(); classes.len()];
    for number in 0..samples + samples / 10 {
        let class = random.usize(..classes.len());
        let input = &classes[class][random.usize(..classes[class].len())];
        let start = Instant::now();
        run(class, input);
        let nanos = start.elapsed().as_secs_f64() * 1e9;
        // The first ones warm up.
        if number >= samples / 10 {
            times[class].push(nanos);
        }
    }
    times
}

/// Welch's t of two classes: the largest over all crops.
pub(super) fn largest_t(left: &[f64], right: &[f64]) -> f64 {
    let mut all = [left, right].concat();
    all.sort_by(f64::total_cmp);
    let cropped = KEPT.into_iter().map(|part| {
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in the list"
        )]
        let place = ((all.len() - 1) as f64 * part) as usize;
        let [left, right] = [left, right].map(|times| {
            let kept = times.iter().copied().filter(|time| *time <= all[place]);
            kept.collect::<Vec<f64>>()
        });
        t_of(&left, &right)
    });
    cropped
        .max_by(|left, right| left.abs().total_cmp(&right.abs()))
        .unwrap()
}

fn t_of(left: &[f64], right: &[f64]) -> f64 {
    let error = (variance(left) / count(left) + variance(right) / count(right)).sqrt();
    match error > 0.0 {
        true => (mean(left) - mean(right)) / error,
        false => 0.0,
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values)
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares = values.iter().map(|value| (value - mean).powi(2));
    squares.sum::<f64>() / (count(values) - 1.0)
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times around a centre, with an interrupt now and then.
    fn around(centre: f64, seed: u64) -> Vec<f64> {
        let mut random = Rng::with_seed(seed);
        let time = |_| match random.u8(..100) {
            0 => centre * (2.0 + random.f64()),
            _ => centre + random.f64(),
        };
        (0..10_000).map(time).collect()
    }

    #[test]
    fn is_the_t_of_the_textbook() {
        let t = t_of(&[1.0, 2.0, 3.0, 4.0], &[2.0, 4.0, 6.0, 8.0]);
        assert!((t + 1.732_050_807_568_877).abs() < 1e-12, "{t}");
    }

    #[test]
    fn finds_a_small_difference_and_none_between_equals() {
        let (one, same, other) = (around(100.0, 1), around(100.0, 2), around(100.05, 3));
        let (none, some) = (largest_t(&one, &same), largest_t(&one, &other));
        assert!(none.abs() < 4.5, "{none}");
        assert!(some < -4.5, "{some}");
    }
}
