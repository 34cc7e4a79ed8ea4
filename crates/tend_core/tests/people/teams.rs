use tend_core::agents::teams;
use tend_testkit::Tend;

use crate::{People, why};

#[test]
fn a_team_is_made_named_filled_and_archived() {
    Tend::on_both(|t| {
        let (maren, anna, ben) = (t.start(), t.with("anna", "agent"), t.with("ben", "agent"));
        let team = t.team(&maren, "Repairs");
        let (by, them) = (maren.clone(), [anna.id, ben.id]);
        t.write(move |tx| teams::set_members(tx, &by, team, &them));
        let by = maren.clone();
        t.write(move |tx| teams::set_members(tx, &by, team, &[ben.id]));
        assert_eq!(t.db.read(move |tx| teams::members(tx, team)).expect("reads"), [ben.id]);
        assert_eq!((t.me(anna.id).teams, t.me(ben.id).teams), (vec![], vec![team]));

        let by = maren.clone();
        t.write(move |tx| teams::rename(tx, &by, team, "Workshop"));
        let by = maren.clone();
        t.write(move |tx| teams::archive(tx, &by, team));
        assert!(t.me(ben.id).teams.is_empty());
        assert!(t.db.read(teams::all).expect("reads").is_empty());
        t.team(&maren, "Workshop");

        let entries = t.kinds().into_iter().filter(|it| it.starts_with("team")).collect::<Vec<_>>();
        let expected = [
            "team_created",
            "team_members_changed",
            "team_members_changed",
            "team_changed",
            "team_archived",
            "team_created",
        ];
        assert_eq!(entries, expected);
    });
}

#[test]
fn a_name_is_for_one_team_and_only_some_make_teams() {
    Tend::on_both(|t| {
        let (maren, anna) = (t.start(), t.with("anna", "agent"));
        t.team(&maren, "Repairs");
        let twice = t.tries(move |tx| teams::make(tx, &maren, "Repairs"));
        assert!(why(twice).contains("already"));
        assert!(why(t.tries(move |tx| teams::make(tx, &anna, "Mine"))).contains("does not allow"));
    });
}

#[test]
fn an_inbox_of_some_teams_is_seen_by_those_and_by_who_manages_inboxes() {
    Tend::on_both(|t| {
        let (maren, anna, ben) = (t.start(), t.with("anna", "agent"), t.with("ben", "agent"));
        let team = t.team(&maren, "Repairs");
        let by = maren.clone();
        t.write(move |tx| teams::set_members(tx, &by, team, &[anna.id]));
        t.write(move |tx| {
            for (id, address) in [(101, "all@tend.test"), (102, "repairs@tend.test")] {
                tx.execute(
                    "INSERT INTO inboxes (id, name, channel, address, created_at)
                     VALUES ($1, 'Inbox', 'email', $2, 0)",
                    &[i64::into(id), address.into()],
                )?;
            }
            tx.execute(
                "INSERT INTO inbox_teams (inbox_id, team_id) VALUES (102, $1)",
                &[team.into()],
            )?;
            Ok(())
        });
        let seen = |it| t.me(it).inboxes;
        assert_eq!(seen(maren.id), [101, 102]);
        assert_eq!(seen(anna.id), [101, 102]);
        assert_eq!(seen(ben.id), [101]);
        let by = maren.clone();
        t.write(move |tx| teams::archive(tx, &by, team));
        assert_eq!((seen(maren.id), seen(anna.id)), (vec![101, 102], vec![101]));
    });
}
