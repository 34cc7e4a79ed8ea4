use jiff::SignedDuration;
use tend_core::{
    Actor, accounts,
    agents::Me,
    contacts::{self, IdentityKind, Stranger},
    secrets::Fresh,
    usage::{
        Incoming, Roller, Trust,
        counts::{self, Asked, By, Line, Of},
        first_value, names,
        sources::{self, NewSource, SourceId},
        take_in,
    },
};
use tend_store::Clock;
use tend_testkit::Tend;

use crate::Customers;

pub(crate) struct Source {
    id: SourceId,
    key: Fresh,
}

pub(crate) fn source(t: &Tend, me: &Me, trust: Trust) -> Source {
    let (key, me) = (Fresh::make(), me.clone());
    let new = NewSource {
        name: "The product".to_owned(),
        trust,
        fingerprint: key.fingerprint(),
        hint: key.hint(),
    };
    Source { id: t.write(move |tx| sources::create(tx, &me, &new)), key }
}

/// A request with these events, counted.
pub(crate) fn says(t: &Tend, source: &Source, events: &[String]) {
    sends(t, source, events);
    t.roll_up();
}

fn sends(t: &Tend, source: &Source, events: &[String]) {
    let json = format!(r#"{{"batch":[{}]}}"#, events.join(","));
    let it = Incoming::new(source.key.fingerprint(), "batch", events.len(), json.as_bytes());
    let taken = t.write(move |tx| take_in(tx, &it));
    assert!(taken.is_some());
}

pub(crate) fn track(user: &str, event: &str, id: &str) -> String {
    format!(r#"{{"type":"track","userId":"{user}","event":"{event}","messageId":"{id}"}}"#)
}

fn visits(visitor: &str, event: &str, id: &str) -> String {
    format!(r#"{{"type":"track","anonymousId":"{visitor}","event":"{event}","messageId":"{id}"}}"#)
}

fn says_who(user: &str, visitor: &str, traits: &str) -> String {
    format!(
        r#"{{"type":"identify","userId":"{user}","anonymousId":"{visitor}","traits":{traits}}}"#
    )
}

fn group(user: &str, group: &str, traits: &str) -> String {
    format!(r#"{{"type":"group","userId":"{user}","groupId":"{group}","traits":{traits}}}"#)
}

fn lines(t: &Tend, me: &Me, event: &str, by: By) -> Vec<Line> {
    let asked = Asked { event: Some(event.to_owned()), ..Asked::default() };
    t.read(|tx| counts::counts(tx, me, &asked, by))
}

/// `Kestrel 3 of 2`.
fn told(t: &Tend, me: &Me, event: &str, by: By) -> Vec<String> {
    let name = |it: &Line| match &it.of {
        Of::Event(_, name) => name.clone(),
        Of::Day(day) => counts::day_name(*day),
        Of::Account(None, _) => "nobody".to_owned(),
        Of::Account(Some(_), name) | Of::Contact(_, name) => name.clone(),
    };
    let all = lines(t, me, event, by);
    all.iter().map(|it| format!("{} {} of {}", name(it), it.count, it.people)).collect()
}

#[test]
fn an_event_counts_once_however_often_it_is_sent() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let (one, other) = (source(&t, &me, Trust::Browser), source(&t, &me, Trust::Server));
        let events: Vec<_> = (0..50).map(|n| track("u1", "Opened", &format!("m{n}"))).collect();
        sends(&t, &one, &events);
        sends(&t, &one, &events);
        let steps = t.roll_up();
        assert_eq!((steps[0].events, steps[0].repeated), (50, 50), "within one step");
        says(&t, &one, &events[..10]);
        assert_eq!(told(&t, &me, "Opened", By::Event), ["Opened 50 of 1"]);
        // By itself, on another day, and by a roller that remembers.
        t.pass(SignedDuration::from_hours(24 * 6));
        let mut roller = Roller::default();
        for n in 0..20 {
            sends(&t, &one, &[track("u1", "Opened", &format!("x{n}"))]);
            t.roll_up_with(&mut roller);
        }
        sends(&t, &one, &events);
        sends(&t, &one, &[track("u1", "Opened", "x3")]);
        let again = t.roll_up_with(&mut roller);
        assert_eq!((again[0].events, again[0].repeated), (0, 51), "a week has one window");
        // Another source has ids of its own.
        says(&t, &other, &events[..5]);
        assert_eq!(told(&t, &me, "Opened", By::Event), ["Opened 75 of 1"]);
    });
}

#[test]
fn later_an_event_is_known_again_by_the_day_of_its_own_time() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let it = source(&t, &me, Trust::Server);
        let old = |id: &str| {
            format!(
                r#"{{"type":"track","userId":"u","event":"Old","messageId":"{id}",
                    "timestamp":"1970-01-01T00:00:00Z","originalTimestamp":"2020-05-05T10:00:00Z"}}"#
            )
        };
        says(&t, &it, &[old("a"), old("b")]);
        t.pass(SignedDuration::from_hours(24 * 40));
        says(&t, &it, &[old("a"), old("b"), old("c")]);
        assert_eq!(told(&t, &me, "Old", By::Day), ["2020-05-05 3 of 1"]);
    });
}

#[test]
fn what_was_done_before_anyone_knew_who_it_was_goes_to_the_account_when_it_is_known() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        for (trust, n) in [(Trust::Server, "1"), (Trust::Browser, "2")] {
            let it = source(&t, &me, trust);
            let event = format!("Report {n}");
            let (user, visitor, firm) = (format!("u{n}"), format!("v{n}"), format!("Kestrel {n}"));
            let e = event.as_str();
            says(&t, &it, &[visits(&visitor, e, "1"), visits(&visitor, e, "2")]);
            says(&t, &it, &[track(&user, e, "3"), track("somebody else", e, "4")]);
            assert_eq!(told(&t, &me, e, By::Account), ["nobody 4 of 3"]);
            says(&t, &it, &[says_who(&user, &visitor, r#"{"name":"Carol Diaz"}"#)]);
            assert_eq!(
                told(&t, &me, e, By::Account),
                ["Carol Diaz 3 of 1", "nobody 1 of 1"],
                "an account of one, with what the visitor did"
            );
            says(&t, &it, &[group(&user, &format!("g{n}"), &format!(r#"{{"name":"{firm}"}}"#))]);
            says(&t, &it, &[track(&user, e, "5"), visits(&visitor, e, "6")]);
            assert_eq!(
                told(&t, &me, e, By::Account),
                [format!("{firm} 5 of 1"), "nobody 1 of 1".to_owned()]
            );
            assert_eq!(told(&t, &me, e, By::Contact)[0], "Carol Diaz 5 of 1");
            assert_eq!(told(&t, &me, e, By::Event), [format!("{e} 6 of 2")]);
        }
    });
}

#[test]
fn events_of_a_group_and_of_one_request_need_no_order() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let it = source(&t, &me, Trust::Server);
        let in_context = r#"{"type":"track","userId":"z","event":"E","messageId":"9",
            "context":{"groupId":"acme"}}"#;
        let all = [
            track("u", "E", "1"),
            track("u", "E", "2"),
            in_context.to_owned(),
            group("u", "acme", r#"{"name":"Acme"}"#),
            says_who("u", "v", r#"{"email":"carol@acme.example"}"#),
        ];
        says(&t, &it, &all);
        assert_eq!(told(&t, &me, "E", By::Account), ["Acme 3 of 2"]);
        // The account goes by the name that came later; an alias brings what was before.
        says(&t, &it, &[visits("w", "E", "3"), track("old-id", "E", "4")]);
        says(
            &t,
            &it,
            &[
                r#"{"type":"alias","previousId":"w","userId":"u"}"#.to_owned(),
                r#"{"type":"alias","previousId":"old-id","userId":"u"}"#.to_owned(),
                group("u", "acme", r#"{"name":"Acme Inc."}"#),
            ],
        );
        assert_eq!(told(&t, &me, "E", By::Account), ["Acme Inc. 5 of 2"]);
        assert_eq!(told(&t, &me, "E", By::Contact)[0], "carol@acme.example 4 of 1");
    });
}

#[test]
fn late_events_correct_the_day_on_which_they_happened() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let it = source(&t, &me, Trust::Server);
        let at = |time: &str, id: &str| {
            format!(
                r#"{{"type":"track","userId":"u","event":"E","messageId":"{id}","timestamp":"{time}"}}"#
            )
        };
        let times =
            ["2020-03-02T10:00:00Z", "2020-03-01T23:59:59.999Z", "2020-03-02T00:00:00+00:00"];
        for (n, time) in times.iter().enumerate() {
            says(&t, &it, &[at(time, &n.to_string())]);
        }
        assert_eq!(told(&t, &me, "E", By::Day), ["2020-03-01 1 of 1", "2020-03-02 2 of 1"]);
        let asked = Asked { from: Some(18_323), to: Some(18_323), ..Asked::default() };
        let one = t.read(|tx| counts::counts(tx, &me, &asked, By::Event));
        assert_eq!(one[0].count, 2, "days count whole, both ends with them");
    });
}

#[test]
fn a_stranger_with_a_public_key_gets_at_nobodys_record() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let victim = t.met("Carol Diaz", "carol@kestrel.example");
        let known = t.write(|tx| {
            let who = Stranger {
                name: "Ben Known".to_owned(),
                identities: vec![(IdentityKind::External, "ben-1".to_owned())],
            };
            contacts::meet(tx, Actor::System, &who)
        });
        let it = source(&t, &me, Trust::Browser);
        says(
            &t,
            &it,
            &[
                says_who("evil", "", r#"{"email":"carol@kestrel.example","name":"Evil"}"#),
                says_who("ben-1", "", r#"{"name":"Defaced","title":"Clown"}"#),
                group("ben-1", "g", r#"{"name":"Evil Corp"}"#),
                r#"{"type":"alias","previousId":"ben-1","userId":"evil"}"#.to_owned(),
                says_who("agent", "", r#"{"email":"Ada@tend.test"}"#),
                track("evil", "E", "1"),
            ],
        );
        let carol = t.contact(victim.id);
        assert_eq!((carol.name.as_str(), carol.account_id), ("Carol Diaz", victim.account_id));
        let hers = t.read(|tx| contacts::identities(tx, victim.id));
        assert_eq!(hers.len(), 1, "nobody put themselves beside her address");
        let ben = t.contact(known.id);
        assert_eq!((ben.name.as_str(), ben.title.as_str()), ("Ben Known", ""));
        assert_eq!(ben.account_id, known.account_id);
        assert_eq!(told(&t, &me, "E", By::Contact), ["Evil 1 of 1"]);
        let agents = t.read(|tx| Ok(tx.scalar::<i64>("SELECT count(*) FROM agents", &[])?));
        assert_eq!(agents, 1);
    });
}

#[test]
fn a_server_is_believed() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let carol = t.met("carol", "carol@kestrel.example");
        let by = me.clone();
        let (about, kind) =
            (tend_core::attributes::About::Contact, tend_core::attributes::Kind::Number);
        let new = tend_core::attributes::NewDefinition {
            about,
            name: "seats_used".to_owned(),
            label: "Seats used".to_owned(),
            kind,
            choices: Vec::new(),
        };
        t.write(move |tx| tend_core::attributes::define(tx, &by, &new));
        let it = source(&t, &me, Trust::Server);
        says(
            &t,
            &it,
            &[
                says_who(
                    "c-1",
                    "",
                    r#"{"email":"Carol@kestrel.example","firstName":"Carol","lastName":"Diaz",
                        "seatsUsed":12,"timezone":"Nowhere"}"#,
                ),
                group(
                    "c-1",
                    "kes",
                    r#"{"name":"Kestrel Climate","website":"https://www.kestrel.example/"}"#,
                ),
            ],
        );
        let now = t.contact(carol.id);
        assert_eq!(now.name, "Carol Diaz");
        assert_eq!(now.account_id, carol.account_id, "the company was known by its domain");
        let account = t.read(|tx| accounts::find(tx, carol.account_id));
        assert_eq!(account.name, "Kestrel Climate");
        let seats = t.read(|tx| tend_core::attributes::of(tx, about, carol.id.raw()));
        assert_eq!(seats[0].value.as_ref().map(|it| it.text()).as_deref(), Some("12"));
        says(&t, &it, &[says_who("c-1", "", r#"{"seatsUsed":null}"#)]);
        let seats = t.read(|tx| tend_core::attributes::of(tx, about, carol.id.raw()));
        assert_eq!(seats[0].value, None, "null overwrites, what is absent stays");
        assert_eq!(t.contact(carol.id).name, "Carol Diaz");
    });
}

#[test]
fn accounts_and_contacts_that_were_merged_are_counted_as_one() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let it = source(&t, &me, Trust::Server);
        for n in ["1", "2"] {
            says(
                &t,
                &it,
                &[
                    says_who(n, "", &format!(r#"{{"name":"Person {n}"}}"#)),
                    group(n, n, &format!(r#"{{"name":"Firm {n}"}}"#)),
                    track(n, "E", n),
                ],
            );
        }
        let asked = lines(&t, &me, "E", By::Account);
        let ids: Vec<_> = asked
            .iter()
            .filter_map(|it| if let Of::Account(Some(id), _) = it.of { Some(id) } else { None })
            .collect();
        let (from, into, by) = (ids[1], ids[0], me.clone());
        t.write(move |tx| accounts::merge(tx, &by, from, into, &Default::default()));
        assert_eq!(told(&t, &me, "E", By::Account).len(), 1);
        assert_eq!(lines(&t, &me, "E", By::Account)[0].people, 2);
        let people = lines(&t, &me, "E", By::Contact);
        let ids: Vec<_> = people
            .iter()
            .filter_map(|it| if let Of::Contact(Some(id), _) = it.of { Some(id) } else { None })
            .collect();
        let (from, into, by) = (ids[1], ids[0], me.clone());
        t.write(move |tx| contacts::merge(tx, &by, from, into, &Default::default()));
        let people = lines(&t, &me, "E", By::Contact);
        assert_eq!((people.len(), people[0].count, people[0].people), (1, 2, 1));
        let of = Asked { contact: Some(into), ..Asked::default() };
        let used = t.read(|tx| counts::counts(tx, &me, &of, By::Event));
        assert_eq!(
            used.iter()
                .find(|it| it.of == Of::Event("track".into(), "E".into()))
                .map(|it| it.count),
            Some(2)
        );
    });
}

#[test]
fn a_key_that_was_replaced_or_whose_source_is_off_is_not_taken() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let it = source(&t, &me, Trust::Browser);
        let (next, by, id) = (Fresh::make(), me.clone(), it.id);
        let new = next.clone();
        t.write(move |tx| sources::rotate(tx, &by, id, &new.fingerprint(), &new.hint()));
        let taken = |key: &Fresh| {
            let request = Incoming::new(key.fingerprint(), "batch", 0, b"{\"batch\":[]}");
            t.write(move |tx| take_in(tx, &request)).is_some()
        };
        assert!(taken(&it.key) && taken(&next), "both, for a day");
        t.pass(SignedDuration::from_hours(25));
        assert!(!taken(&it.key) && taken(&next));
        let by = me.clone();
        t.write(move |tx| sources::disable(tx, &by, id));
        assert!(!taken(&next));
        let by = me.clone();
        t.write(move |tx| sources::enable(tx, &by, id));
        assert!(taken(&next) && !taken(&Fresh::make()));
        assert_eq!(
            t.kinds(id.raw()),
            ["source_created", "source_key_made", "source_disabled", "source_enabled"]
        );
        let viewer = t.agent_as("Vera", "viewer");
        assert!(t.tries(move |tx| sources::all(tx, &viewer)).is_err());
    });
}

/// Those that are on their way count as long as they have been: with them left out, half would
/// seem to be there within three days.
#[test]
fn time_to_first_value_counts_those_that_are_not_there_yet() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let it = source(&t, &me, Trust::Server);
        let day = SignedDuration::from_hours(24);
        let look = || {
            let found = t.read(|tx| first_value::look(tx, 0));
            t.write(move |tx| first_value::keep(tx, &found));
            assert_eq!(t.read(|tx| first_value::look(tx, i64::MAX)), []);
            t.read(|tx| first_value::report(tx, &me))
        };
        assert!(look().is_none(), "there is no key feature");
        t.company(&me, "Before anything was heard", &[]);
        t.pass(day);
        let firms: Vec<String> = (0..8).map(|n| format!("g{n}")).collect();
        let members = firms
            .iter()
            .map(|it| group(it, it, &format!(r#"{{"name":"{it}"}}"#)))
            .collect::<Vec<_>>();
        says(&t, &it, &members);
        let opens = |n: usize, event: &str| track(&firms[n], event, &format!("{n} {event}"));
        says(&t, &it, &[opens(0, "Opened"), opens(1, "Opened")]);
        t.pass(day * 3);
        says(&t, &it, &[opens(0, "Report shared"), opens(1, "Report shared")]);
        t.pass(day * 7);
        says(&t, &it, &[opens(2, "Report shared"), opens(3, "Opened")]);
        let by = me.clone();
        let names = t.read(names::all);
        let shared = names.values().find(|it| it.name == "Report shared").expect("heard").id;
        t.write(move |tx| names::choose_key(tx, &by, shared, true));
        assert!(t.waiting_jobs().contains("FirstValues"));

        let told = look().expect("there are accounts");
        assert_eq!((told.accounts, told.reached, told.left_out), (8, 3, 1));
        assert_eq!(told.curve.at(3.0).value, 0.75, "two of eight");
        assert_eq!((told.curve.at(10.0).value, told.curve.median.value), (0.625, None));
        let open = t.read(|tx| first_value::lines(tx, &me, false, None, 3));
        assert_eq!((open.items.len(), open.next.is_some()), (3, true));
        let rest = t.read(|tx| first_value::lines(tx, &me, false, open.next, 3));
        assert_eq!((rest.items.len(), rest.next), (2, None));

        // What comes late about a day that is over corrects the past.
        let late = format!(
            r#"{{"type":"track","userId":"g1","event":"Report shared","messageId":"late","timestamp":"{}"}}"#,
            t.clock.now() - day * 9
        );
        says(&t, &it, &[late]);
        assert_eq!(look().expect("some").curve.at(1.0).value, 0.875);
        let by = me.clone();
        t.write(move |tx| names::choose_key(tx, &by, shared, false));
        assert!(look().is_none(), "it is a key feature no more");
    });
}
