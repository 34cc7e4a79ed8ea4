//! What most buy: the list that every other method has to beat.

use super::interactions::{Interactions, past};

/// How popular each product is, the most popular one 1: by how many customers bought it, each
/// counted once, by the newest purchase. With a half-life, in units of the events' time, a
/// customer of one half-life before the newest event of all counts half.
pub fn popularity(events: &Interactions, half_life: Option<f64>) -> Vec<f32> {
    let newest = events.span().1;
    let mut counts = vec![0.0_f64; events.products()];
    for customer in 0..events.customers() {
        let own = events.of(customer);
        match half_life {
            None => past(own).iter().for_each(|it| counts[it.product as usize] += 1.0),
            Some(half_life) => {
                let mut own: Vec<(u32, i64)> = own.iter().map(|it| (it.product, it.time)).collect();
                own.sort_unstable();
                for same in own.chunk_by(|a, b| a.0 == b.0) {
                    let (product, time) = same[same.len() - 1];
                    let age = newest as f64 - time as f64;
                    counts[product as usize] += (-age / half_life).exp2();
                }
            }
        }
    }
    let most = counts.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    counts.into_iter().map(|count| (count / most) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::super::interactions::{Interaction, Window};
    use super::*;

    #[test]
    fn a_customer_counts_once_and_fades() {
        let row = |customer, product, time| Interaction { customer, product, time, weight: 1.0 };
        let rows = [row(0, 0, 0), row(0, 0, 0), row(1, 0, 10), row(2, 1, 20)];
        let events = Interactions::new(3, 3, &rows, Window::default()).expect("rows");
        assert_eq!(popularity(&events, None), [1.0, 0.5, 0.0]);
        assert_eq!(popularity(&events, Some(10.0)), [0.75, 1.0, 0.0]);
    }
}
