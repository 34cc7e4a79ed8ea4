use jiff::SignedDuration;
use tend_core::{
    agents::{
        Me, Permission, Permissions, change_role,
        tokens::{self, NewToken},
    },
    secrets::Fresh,
};
use tend_testkit::Tend;

use crate::{People, why};

pub fn new_token(name: &str, scopes: &str, text: &Fresh) -> NewToken {
    NewToken {
        name: name.to_owned(),
        scopes: Permissions::read(scopes),
        expires_at: None,
        fingerprint: text.fingerprint(),
        hint: text.hint(),
    }
}

fn who(t: &Tend, text: &Fresh) -> Option<Me> {
    let print = text.fingerprint();
    t.db.read(move |tx| tokens::who(tx, &print)).expect("reads").map(|it| it.1)
}

#[test]
fn a_token_may_what_its_scopes_and_its_agent_may() {
    Tend::on_both(|t| {
        let (maren, anna) = (t.start(), t.with("anna", "agent"));
        let (wide, narrow) = (Fresh::token(), Fresh::token());
        for (scopes, text) in [("", &wide), ("conversations.read conversations.reply", &narrow)] {
            let (me, new) = (anna.clone(), new_token("script", scopes, text));
            t.write(move |tx| tokens::make(tx, &me, &new));
        }
        assert_eq!(who(&t, &wide).expect("counts").permissions, anna.permissions);
        let may = who(&t, &narrow).expect("counts").permissions.to_string();
        assert_eq!(may, "conversations.read conversations.reply");

        let viewer = t.role("viewer");
        t.write(move |tx| change_role(tx, &maren, anna.id, viewer));
        let may = who(&t, &narrow).expect("counts").permissions.to_string();
        assert_eq!(may, "conversations.read", "scopes do not outlive the role");
    });
}

#[test]
fn a_token_ends_at_its_time_or_when_it_is_revoked() {
    Tend::on_both(|t| {
        let (anna, ben) = (t.with("anna", "agent"), t.with("ben", "agent"));
        let (dated, lasting) = (Fresh::token(), Fresh::token());
        let me = anna.clone();
        let mut new = new_token("dated", "", &dated);
        new.expires_at = Some(tend_store::Ids::EPOCH + SignedDuration::from_hours(24));
        t.write(move |tx| tokens::make(tx, &me, &new));
        let (me, new) = (anna.clone(), new_token("lasting", "", &lasting));
        let id = t.write(move |tx| tokens::make(tx, &me, &new));

        t.pass(SignedDuration::from_hours(24));
        assert_eq!((who(&t, &dated).is_some(), who(&t, &lasting).is_some()), (false, true));
        assert_eq!(why(t.tries(move |tx| tokens::revoke(tx, &ben, id))), "There is no such token.");
        t.write(move |tx| tokens::revoke(tx, &anna, id));
        assert!(who(&t, &lasting).is_none());
        assert!(who(&t, &Fresh::token()).is_none());
    });
}

#[test]
fn nobody_makes_a_token_that_may_more_than_they() {
    Tend::on_both(|t| {
        let (anna, carol) = (t.with("anna", "agent"), t.with("carol", "viewer"));
        let new = new_token("script", "agents.manage", &Fresh::token());
        assert!(why(t.tries(move |tx| tokens::make(tx, &anna, &new))).contains("more than"));
        assert!(!carol.may(Permission::TokensManage));
        let new = new_token("script", "conversations.read", &Fresh::token());
        assert!(why(t.tries(move |tx| tokens::make(tx, &carol, &new))).contains("does not allow"));
    });
}
