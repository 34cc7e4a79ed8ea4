use jiff::SignedDuration;
use tend_core::{
    agents::{self, Me, passwords, sessions},
    secrets::Fresh,
};
use tend_testkit::Tend;

use crate::{People, new_session, why};

fn sign_in(t: &Tend, who: &Me) -> Fresh {
    let cookie = Fresh::make();
    let (id, hash, new) = (who.id, format!("hash of {}", who.name), new_session(&cookie));
    t.write(move |tx| sessions::begin(tx, id, &hash, &new));
    cookie
}

fn is_in(t: &Tend, cookie: &Fresh) -> bool {
    let print = cookie.fingerprint();
    t.db.read(move |tx| sessions::who(tx, &print)).expect("reads").is_some()
}

#[test]
fn a_session_ends_when_it_is_idle_and_after_fourteen_days() {
    Tend::on_both(|t| {
        let anna = t.with("anna", "agent");
        let (idle, busy) = (sign_in(&t, &anna), sign_in(&t, &anna));
        let print = busy.fingerprint();
        let id =
            t.db.read(move |tx| sessions::who(tx, &print)).expect("reads").expect("is in").0.id;
        for hours in (11..14 * 24).step_by(11) {
            t.pass(SignedDuration::from_hours(11));
            assert!(is_in(&t, &busy), "after {hours} h");
            t.write(move |tx| sessions::noticed(tx, id));
        }
        assert!(!is_in(&t, &idle));
        t.pass(SignedDuration::from_hours(6));
        assert!(!is_in(&t, &busy));
    });
}

#[test]
fn a_session_ends_with_the_role_the_password_or_the_agent() {
    Tend::on_both(|t| {
        let (admin, anna) = (t.start(), t.with("anna", "agent"));
        let lead = t.role("lead");

        let cookie = sign_in(&t, &anna);
        let by = admin.clone();
        t.write(move |tx| agents::change_role(tx, &by, anna.id, lead));
        assert!(!is_in(&t, &cookie));

        let (this, other) = (sign_in(&t, &anna), sign_in(&t, &anna));
        let print = this.fingerprint();
        let (session, me) =
            t.db.read(move |tx| sessions::who(tx, &print)).expect("reads").expect("is in");
        t.write(move |tx| {
            passwords::change(tx, &me, "hash of anna", "hash of anna", Some(session.id))
        });
        assert_eq!((is_in(&t, &this), is_in(&t, &other)), (true, false));

        t.write(move |tx| agents::leave(tx, &admin, anna.id));
        assert!(!is_in(&t, &this));
    });
}

#[test]
fn signing_in_with_a_password_that_just_changed_is_refused() {
    Tend::on_both(|t| {
        let anna = t.with("anna", "agent");
        let new = new_session(&Fresh::make());
        let result = t.tries(move |tx| sessions::begin(tx, anna.id, "an old hash", &new));
        assert!(why(result).contains("just been changed"));
    });
}

/// V48, V49: whoever signs in takes over nothing that was there before.
#[test]
fn signing_in_ends_the_session_the_browser_came_with() {
    Tend::on_both(|t| {
        let (anna, ben) = (t.with("anna", "agent"), t.with("ben", "agent"));
        let (before, after) = (sign_in(&t, &anna), Fresh::make());
        let mut new = new_session(&after);
        new.replaces = Some(before.fingerprint());
        t.write(move |tx| sessions::begin(tx, ben.id, "hash of ben", &new));
        assert_eq!((is_in(&t, &before), is_in(&t, &after)), (false, true));
    });
}

#[test]
fn one_ends_ones_own_sessions_and_nobody_elses() {
    Tend::on_both(|t| {
        let (anna, ben) = (t.with("anna", "agent"), t.with("ben", "agent"));
        let (hers, his) = (sign_in(&t, &anna), sign_in(&t, &ben));
        let me = anna.clone();
        let mine = t.db.read(move |tx| sessions::mine(tx, &me)).expect("reads");
        assert_eq!(mine.len(), 1);
        assert_eq!(mine[0].user_agent, "FirefoxX: y");
        let (me, id) = (ben, mine[0].id);
        assert_eq!(why(t.tries(move |tx| sessions::end(tx, &me, id))), "There is no such session.");
        t.write(move |tx| sessions::end(tx, &anna, id));
        assert_eq!((is_in(&t, &hers), is_in(&t, &his)), (false, true));
    });
}
