//! The night in which it is learned what customers want.

use jiff::SignedDuration;
use tend_core::recommend::{self, Standing};
use tend_testkit::Tend;
use tokio::runtime::Runtime;

use crate::office::Office;

#[test]
fn each_night_a_version_is_learned_once_and_the_pieces_of_the_last_one_go() {
    Tend::on_both(|t| {
        let office = Office::open(t);
        let rt = Runtime::new().unwrap();
        rt.block_on(tend_work::recommend::catch_up(&office.works)).unwrap();
        assert!(office.tend.read(recommend::current).is_none(), "there are no orders");
        office.tend.opens_a_shop(&office.admin);
        let parts = || {
            office.tend.read(|tx| {
                Ok(tx
                    .scalar::<i64>("SELECT count(DISTINCT version_id) FROM recommend_parts", &[])?)
            })
        };
        for night in 1..=2 {
            rt.block_on(tend_work::recommend::catch_up(&office.works)).unwrap();
            rt.block_on(tend_work::recommend::catch_up(&office.works)).unwrap();
            let me = office.admin.clone();
            let all = office.tend.read(|tx| recommend::versions(tx, &me));
            assert_eq!(all.len(), night);
            assert_eq!(all[0].standing, Standing::Learned, "{}", all[0].why);
            assert_eq!(all.iter().filter(|it| it.is_current).count(), 1);
            assert_eq!(parts(), 1);
            office.tend.pass(SignedDuration::from_hours(24));
        }
    });
}
