use tend_core::secrets::{self, Keys, Recognised};
use tend_testkit::Tend;

#[test]
fn a_database_knows_its_key_again() {
    Tend::on_both(|t| {
        let (ours, other) = (Keys::generate(), Keys::generate());
        let seen = |keys: &Keys| {
            let keys = keys.clone();
            t.db.read(move |tx| secrets::recognise(tx, &keys)).expect("reads")
        };
        assert_eq!(seen(&ours), Recognised::Unknown);
        for keys in [&other, &ours] {
            let keys = keys.clone();
            t.db.write(move |tx| secrets::adopt(tx, &keys)).expect("adopts");
        }
        assert_eq!((seen(&ours), seen(&other)), (Recognised::Same, Recognised::Other));
        assert!(!t.db.read(secrets::are_sealed).expect("reads"));
    });
}
