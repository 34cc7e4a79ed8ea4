use tend_core::agents::{
    self, Me, Permission, Permissions, Reach, RoleId, change_role,
    roles::{self, RoleSpec},
};
use tend_testkit::Tend;

use crate::{People, invitation, new_link, why};

pub fn custom(t: &Tend, by: &Me, name: &str, words: &str) -> RoleId {
    let (by, spec) = (by.clone(), spec(name, words));
    t.write(move |tx| roles::make(tx, &by, &spec))
}

fn spec(name: &str, words: &str) -> RoleSpec {
    RoleSpec { name: name.to_owned(), permissions: Permissions::read(words), reach: Reach::Team }
}

#[test]
fn the_built_in_roles_are_four_nested_sets_and_stay_as_they_are() {
    Tend::on_both(|t| {
        let maren = t.start();
        t.write(roles::ensure);
        let all = t.db.read(roles::all).expect("reads");
        let names: Vec<_> = all.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Admin", "Lead", "Agent", "Viewer"]);
        assert!(all.windows(2).all(|it| it[0].permissions.cover(it[1].permissions)));
        assert_eq!(all[0].permissions, Permissions::all());
        for role in all {
            let (by, new) = (maren.clone(), spec("Other", ""));
            let changed = t.tries(move |tx| roles::change(tx, &by, role.id, &new));
            let by = maren.clone();
            let removed = t.tries(move |tx| roles::remove(tx, &by, role.id));
            assert!(why(changed).contains("stay as they are") && removed.is_err());
        }
    });
}

#[test]
fn a_custom_role_is_made_changed_and_removed() {
    Tend::on_both(|t| {
        let (maren, anna) = (t.start(), t.with("anna", "agent"));
        let role = custom(&t, &maren, "Night shift", "conversations.read conversations.note");
        let by = maren.clone();
        t.write(move |tx| change_role(tx, &by, anna.id, role));
        let me = t.me(anna.id);
        assert_eq!((me.role.as_str(), me.reach), ("Night shift", Reach::Team));
        assert!(me.may(Permission::ConversationsNote) && !me.may(Permission::ConversationsReply));

        let (by, new) = (maren.clone(), spec("Night shift", "conversations.read"));
        t.write(move |tx| roles::change(tx, &by, role, &new));
        assert!(!t.me(anna.id).may(Permission::ConversationsNote), "at the next request");

        let by = maren.clone();
        assert!(why(t.tries(move |tx| roles::remove(tx, &by, role))).contains("1 agents have"));
        let (by, viewer) = (maren.clone(), t.role("viewer"));
        t.write(move |tx| {
            change_role(tx, &by, anna.id, viewer)?;
            roles::remove(tx, &by, role)
        });
        assert_eq!(t.db.read(roles::all).expect("reads").len(), 4);
    });
}

#[test]
fn two_roles_do_not_share_a_name() {
    Tend::on_both(|t| {
        let maren = t.start();
        custom(&t, &maren, "Night shift", "");
        for name in ["NIGHT SHIFT", "admin", " Lead "] {
            let (by, new) = (maren.clone(), spec(name, ""));
            assert!(
                why(t.tries(move |tx| roles::make(tx, &by, &new))).contains("already"),
                "{name}"
            );
        }
    });
}

/// A65: neither by role, nor by invitation, nor by a role of one's own making.
#[test]
fn nobody_rises_above_themselves() {
    Tend::on_both(|t| {
        let maren = t.start();
        let words = "agents.manage roles.manage conversations.read";
        let staff = custom(&t, &maren, "Staff", words);
        let (ben, carol) = (t.with("ben", "viewer"), t.with("carol", "viewer"));
        let by = maren.clone();
        t.write(move |tx| change_role(tx, &by, ben.id, staff));
        let ben = t.me(ben.id);
        let admin = t.role("admin");

        let by = ben.clone();
        assert!(why(t.tries(move |tx| change_role(tx, &by, by.id, admin))).contains("own role"));
        let by = ben.clone();
        let carols = t.tries(move |tx| change_role(tx, &by, carol.id, admin));
        assert!(why(carols).contains("may do more"));
        let by = ben.clone();
        let marens = t.tries(move |tx| change_role(tx, &by, maren.id, staff));
        assert!(marens.is_err());

        let (by, who) = (ben.clone(), invitation("dan", admin));
        let link = new_link(&tend_core::secrets::Fresh::make());
        let invited = t.tries(move |tx| agents::invitations::invite(tx, &by, &who, &link));
        assert!(why(invited).contains("may do more"));

        let more = format!("{words} conversations.reply");
        let (by, new) = (ben.clone(), spec("Staff", &more));
        assert!(
            why(t.tries(move |tx| roles::change(tx, &by, staff, &new))).contains("more than you")
        );
        let (by, mut new) = (ben, spec("Wide", words));
        new.reach = Reach::All;
        assert!(why(t.tries(move |tx| roles::make(tx, &by, &new))).contains("more than you"));
    });
}

#[test]
fn an_unknown_word_grants_nothing() {
    let read = Permissions::read("conversations.read conversations.fly  journal.read");
    assert_eq!(read.to_string(), "conversations.read journal.read");
    for one in Permission::ALL {
        assert_eq!(one.word().parse(), Ok(*one));
        assert!(Permissions::all().contains(*one));
        assert!(!Permissions::all().without(*one).contains(*one));
    }
}
