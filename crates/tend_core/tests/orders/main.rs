//! Orders as shops tell of them: lost, doubled, late and in any order.

mod privacy;
mod remedies;
mod remedies_above;
mod returns;
mod show;
mod silent;
mod stocks;
mod telling;

use tend_core::{
    agents::Me,
    orders::{
        ShopId, ShopKind,
        events::{self, Arrived},
        shops::{self, NewShop},
    },
};
use tend_testkit::{Telling, Tend};

/// Connects a shop that can be asked.
pub fn shop(t: &Tend, me: &Me, kind: ShopKind) -> ShopId {
    let (me, address) = (me.clone(), if kind == ShopKind::Stripe { "" } else { "shop.example" });
    let new = NewShop {
        name: kind.label().to_owned(),
        kind,
        address: address.to_owned(),
        secret: "sealed".to_owned(),
        access_key: "sealed".to_owned(),
    };
    t.write(move |tx| shops::create(tx, &me, &new))
}

/// Keeps what a shop sent, and reads it.
pub fn hear(t: &Tend, shop: ShopId, them: &[Telling]) {
    let arrived: Vec<Arrived> = them
        .iter()
        .map(|it| Arrived {
            topic: it.topic.clone(),
            body: it.body.clone(),
            sent_at: Some(it.at),
            key: it.key.clone(),
            domain: String::new(),
        })
        .collect();
    for some in arrived.chunks(200) {
        let some = some.to_vec();
        t.write(move |tx| {
            for it in &some {
                events::take_in(tx, shop, it)?;
            }
            Ok(())
        });
        read_all(t, shop);
    }
}

/// Reads what waits, as the job does.
pub fn read_all(t: &Tend, shop: ShopId) {
    t.write(move |tx| {
        let waiting: Vec<events::EventId> = tx.column(
            "SELECT id FROM shop_events WHERE shop_id = $1 AND state = 'waiting' ORDER BY id",
            &[shop.into()],
        )?;
        waiting.into_iter().try_for_each(|id| events::read_one(tx, id))
    });
}
