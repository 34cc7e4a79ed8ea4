//! Who bought what, as a sparse matrix of customers and products and its transpose.

use super::interactions::{Interactions, past};

/// Of a customer with more products than this, only the newest are learned from: a robot or a
/// reseller says little of what one person likes, and would cost the square of its purchases.
const MOST_PRODUCTS: usize = 1000;

/// A sparse matrix by rows; the columns of each row ascend.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Bought {
    starts: Vec<usize>,
    columns: Vec<u32>,
    strengths: Vec<f32>,
}

impl Bought {
    /// A row for each customer.
    pub fn by_customer(events: &Interactions) -> Self {
        let mut bought = Self { starts: vec![0], ..Self::default() };
        for customer in 0..events.customers() {
            let mut own = past(events.of(customer));
            own.truncate(MOST_PRODUCTS);
            own.sort_unstable_by_key(|it| it.product);
            bought.columns.extend(own.iter().map(|it| it.product));
            bought.strengths.extend(own.iter().map(|it| it.strength));
            bought.starts.push(bought.columns.len());
        }
        bought
    }

    /// A row for each of `columns` columns.
    pub fn transposed(&self, columns: usize) -> Self {
        let mut starts = vec![0; columns + 1];
        for &column in &self.columns {
            starts[column as usize + 1] += 1;
        }
        for at in 0..columns {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut turned =
            Self { starts, columns: vec![0; self.len()], strengths: vec![0.0; self.len()] };
        for row in 0..self.rows() {
            for (column, strength) in self.row(row) {
                let place = next[column as usize];
                next[column as usize] += 1;
                turned.columns[place] = row as u32;
                turned.strengths[place] = strength;
            }
        }
        turned
    }

    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many cells are filled.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// The filled columns of a row, ascending.
    pub fn columns(&self, row: usize) -> &[u32] {
        &self.columns[self.starts[row]..self.starts[row + 1]]
    }

    /// How strong each is.
    pub fn strengths(&self, row: usize) -> &[f32] {
        &self.strengths[self.starts[row]..self.starts[row + 1]]
    }

    pub fn row(&self, row: usize) -> impl Iterator<Item = (u32, f32)> {
        self.columns(row).iter().copied().zip(self.strengths(row).iter().copied())
    }

    /// How many columns two rows have in common.
    pub fn in_common(&self, a: usize, b: usize) -> usize {
        let (mut few, many) = (self.columns(a), self.columns(b));
        let mut many = many;
        if few.len() > many.len() {
            (few, many) = (many, few);
        }
        // The shorter row is looked up in the longer one, which gets shorter as one goes.
        let mut common = 0;
        for column in few {
            let at = many.partition_point(|it| it < column);
            common += usize::from(many.get(at) == Some(column));
            many = &many[at..];
        }
        common
    }
}

#[cfg(test)]
mod tests {
    use super::super::interactions::{Interaction, Window};
    use super::*;

    #[test]
    fn who_bought_two_products_is_counted() {
        let pairs = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (3, 0), (3, 2)];
        let rows = pairs.map(|(customer, product)| Interaction {
            customer,
            product,
            time: 0,
            weight: 1.0,
        });
        let events = Interactions::new(4, 3, &rows, Window::default()).expect("rows");
        let buyers = Bought::by_customer(&events).transposed(3);
        assert_eq!(buyers.columns(0), [0, 1, 3]);
        assert_eq!((buyers.in_common(0, 1), buyers.in_common(2, 0)), (2, 1));
        assert_eq!(buyers.in_common(1, 2), 0);
        assert_eq!(buyers.transposed(4), Bought::by_customer(&events));
    }
}
