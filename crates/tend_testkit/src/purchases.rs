//! Orders of made-up customers, and what is learned from them.

use jiff::SignedDuration;
use tend_core::{
    agents::Me,
    contacts::{self, ContactId, IdentityKind},
    money::{ProductId, products},
    orders::{
        self, Fulfilment, Payment,
        parts::{Buyer, Item, State},
    },
    recommend::{self, Lesson},
};

use crate::Tend;

/// An order of one person.
#[derive(Clone, Debug)]
pub struct Sold {
    /// The shop's id of it.
    pub key: String,
    pub email: String,
    pub titles: Vec<String>,
    pub days_ago: i64,
    pub payment: Payment,
    pub fulfilment: Fulfilment,
}

impl Sold {
    /// Paid and sent.
    pub fn new(key: impl Into<String>, email: &str, titles: &[&str], days_ago: i64) -> Self {
        Self {
            key: key.into(),
            email: email.to_owned(),
            titles: titles.iter().map(|it| (*it).to_owned()).collect(),
            days_ago,
            payment: Payment::Paid,
            fulfilment: Fulfilment::Fulfilled,
        }
    }
}

impl Tend {
    /// Records orders.
    pub fn sells(&self, me: &Me, sold: &[Sold]) {
        for some in sold.chunks(100) {
            let (me, some) = (me.clone(), some.to_vec());
            self.write(move |tx| {
                for it in &some {
                    let placed_at = tx.now() - SignedDuration::from_hours(24 * it.days_ago);
                    let items = (1..).zip(&it.titles).map(|(n, title)| Item {
                        id: format!("{n}"),
                        title: title.clone(),
                        sku: String::new(),
                        quantity: 1,
                        price: 1000,
                    });
                    let state = State {
                        number: format!("#{}", it.key),
                        placed_at,
                        cancelled_at: None,
                        currency: "EUR".parse().expect("a currency"),
                        total: 1000,
                        tax: 0,
                        shipping: 0,
                        discount: 0,
                        payment: it.payment,
                        fulfilment: it.fulfilment,
                        url: String::new(),
                        buyer: Buyer { email: it.email.clone(), ..Buyer::default() },
                        items: items.collect(),
                        parcels: Vec::new(),
                        payments: Vec::new(),
                        refunds: Vec::new(),
                        refunded: 0,
                    };
                    orders::record(tx, &me, None, &it.key, Some(placed_at), state)?;
                }
                Ok(())
            });
        }
    }

    /// A shop of three tastes: 240 customers, each with six orders over a year, nearly all of the
    /// products of one taste, `Red 0` to `Red 7`, `Green …`, `Blue …`. The first are called
    /// `buyer0@gmail.com` (red), `buyer1@` (green), `buyer2@` (blue), and so on in turn; each has an
    /// account of their own.
    pub fn opens_a_shop(&self, me: &Me) {
        let mut sold = Vec::new();
        let mut state = 11_u64;
        let mut dice = |most: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % most
        };
        for customer in 0..240_u64 {
            for order in 0..6 {
                let taste = if dice(12) == 0 { dice(3) } else { customer % 3 };
                let title = format!("{} {}", ["Red", "Green", "Blue"][taste as usize], dice(8));
                let days = 360 - 60 * order - dice(50) as i64;
                let email = format!("buyer{customer}@gmail.com");
                sold.push(Sold::new(format!("s{customer}-{order}"), &email, &[&title], days));
            }
        }
        self.sells(me, &sold);
    }

    /// Learns what customers want, as the night does.
    pub fn learns(&self) {
        let mut lesson = Lesson::default();
        let mut after = 0;
        loop {
            let page = self.read(|tx| {
                let since = tx.now() - SignedDuration::from_hours(24 * recommend::LONGEST_DAYS);
                recommend::purchases(tx, since, after)
            });
            lesson.add(&page);
            match page.last() {
                Some(last) if page.len() as i64 == recommend::PAGE => after = last.id,
                _ => break,
            }
        }
        let learned = recommend::learn(&lesson);
        self.write(move |tx| {
            let id = recommend::begin(tx, &learned)?;
            recommend::write(tx, id, &learned.parts)?;
            recommend::publish(tx, id)?;
            while recommend::forget(tx)? {}
            Ok(())
        });
    }

    /// Whose address this is.
    pub fn contact_of(&self, email: &str) -> ContactId {
        let found = self.read(|tx| contacts::by_identity(tx, IdentityKind::Email, email));
        found.expect("somebody has this address")
    }

    /// The product of this name.
    pub fn product(&self, me: &Me, name: &str) -> ProductId {
        let all = self.read(|tx| products::all(tx, me));
        all.into_iter().find(|it| it.name == name).expect("there is such a product").id
    }
}
