//! What several shops have of one product.

use jiff::SignedDuration;
use tend_core::{
    money::products,
    orders::{
        ShopId, ShopKind, shops,
        stock::{self, Stocked},
    },
    recommend::offers,
};
use tend_testkit::Tend;

use crate::shop;

fn told(id: &str, name: &str, pieces: Option<i64>) -> Stocked {
    Stocked { id: id.to_owned(), name: name.to_owned(), pieces }
}

/// All that a shop has, read to its end.
fn tells(t: &Tend, shop: ShopId, them: &[Stocked]) {
    t.pass(SignedDuration::from_mins(61));
    let (since, them) = (t.read(|tx| Ok(tx.now())), them.to_vec());
    t.write(move |tx| {
        stock::take_in(tx, shop, &them)?;
        stock::done(tx, shop, since, "")
    });
}

#[test]
fn stocks_are_added_up_and_what_a_shop_has_no_more_counts_no_more() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (one, two) = (shop(&t, &ada, ShopKind::Shopify), shop(&t, &ada, ShopKind::WooCommerce));
        let me = ada.clone();
        let [probe, hose] = t.write(move |tx| {
            Ok([products::save(tx, &me, None, "Probe")?, products::save(tx, &me, None, "Hose")?])
        });
        let stocks = || {
            let me = ada.clone();
            t.read(move |tx| {
                Ok([offers::find(tx, &me, probe)?.stock, offers::find(tx, &me, hose)?.stock])
            })
        };
        assert_eq!(stocks(), [None, None], "nobody told of any");

        tells(&t, one, &[told("1", "Probe", Some(0)), told("2", "Hose", Some(7))]);
        assert_eq!(stocks(), [Some(0), Some(7)]);
        // One shop has it under two numbers, and the other has run out of hoses.
        let all =
            [told("8", "probe", Some(3)), told("9", "Probe", Some(4)), told("7", "Hose", Some(0))];
        tells(&t, two, &all);
        assert_eq!(stocks(), [Some(7), Some(7)]);
        // What is not counted in one of them never runs out.
        tells(&t, one, &[told("1", "Probe", None), told("2", "Hose", Some(1))]);
        assert_eq!(stocks(), [None, Some(1)]);
        // It goes by another name, and one is not sold there any more.
        tells(&t, two, &[told("8", "Hose", Some(2)), told("9", "Unknown", Some(4))]);
        tells(&t, one, &[told("1", "Probe", Some(5))]);
        assert_eq!(stocks(), [Some(5), Some(2)]);
        tells(&t, one, &[]);
        assert_eq!(stocks(), [Some(0), Some(2)], "no shop has a probe");

        let me = ada.clone();
        t.write(move |tx| shops::disable(tx, &me, two));
        tells(&t, one, &[told("2", "Hose", Some(1))]);
        assert_eq!(stocks()[1], Some(1), "a shop that is switched off has nothing to sell");
    });
}

#[test]
fn a_reading_that_broke_off_takes_nothing_away() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let one = shop(&t, &ada, ShopKind::Shopify);
        let me = ada.clone();
        let probe = t.write(move |tx| products::save(tx, &me, None, "Probe"));
        tells(&t, one, &[told("1", "Probe", Some(3))]);
        t.pass(SignedDuration::from_mins(61));
        let since = t.read(|tx| Ok(tx.now()));
        t.write(move |tx| stock::done(tx, one, since, "The shop does not answer."));
        assert_eq!(t.read(|tx| offers::find(tx, &ada, probe)).stock, Some(3));
    });
}
