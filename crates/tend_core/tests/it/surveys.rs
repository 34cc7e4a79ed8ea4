//! Who is asked, who is not and why; what counts as an answer; and what is done about a low one.

use jiff::SignedDuration;
use tend_core::{
    Actor,
    agents::Me,
    contacts::{self, ContactId},
    conversations::{self, Category, ConversationId},
    customers::Choices,
    jobs::{self, Job},
    outreach::{
        Channel,
        consents::{self, How, SURVEY},
        touches,
    },
    secrets::Keys,
    surveys::{
        self, About, Kind, NewSurvey, RequestId, Sign, Standing, State, SurveyId, When,
        answer::{self, Confirmed, Given, Opened},
        ask::{self, Asking, Outcome},
        known, loops, plans, report,
    },
};
use tend_testkit::Tend;

use crate::lists::write;

pub(crate) fn keys() -> Keys {
    Keys::new([7; 32])
}

pub(crate) fn days(t: &Tend, n: i64) {
    t.pass(SignedDuration::from_hours(24 * n));
}

/// A survey that asks by hand, or on an occasion.
pub(crate) fn survey(t: &Tend, by: &Me, kind: Kind, when: When) -> SurveyId {
    let by = by.clone();
    write(t, move |tx| {
        let new = NewSurvey::usual(kind.label(), kind, when);
        let id = surveys::create(tx, &by, &new)?;
        surveys::set_state(tx, &by, id, State::Active)?;
        Ok(id)
    })
}

pub(crate) fn contact(t: &Tend, email: &str) -> ContactId {
    let inbox = t.inbox(&format!("{}@tend.test", email.replace('@', "-at-")));
    let it = t.writes(&inbox, email, "A matter", "first");
    t.read(|tx| conversations::find(tx, it)).contact_id
}

pub(crate) fn asking(contact: ContactId, event: Option<String>) -> Asking {
    Asking {
        contact,
        about: About::None,
        subject: 0,
        channel: Channel::Mail,
        event,
        reask_of: None,
        is_by_hand: false,
    }
}

fn try_ask(t: &Tend, id: SurveyId, asking: &Asking) -> Outcome {
    let asking = asking.clone();
    write(t, move |tx| {
        let me = tend_core::agents::present(tx)?;
        let me = tend_core::agents::me(tx, me[0].id)?;
        let survey = surveys::find(tx, &me, id)?;
        ask::ask(tx, &keys(), Actor::System, &survey, &asking)
    })
}

/// The rule that refused, or `asked`.
fn rule(t: &Tend, id: SurveyId, contact: ContactId, event: Option<&str>) -> &'static str {
    match try_ask(t, id, &asking(contact, event.map(str::to_owned))) {
        Outcome::Asked(_) => "asked",
        Outcome::Refused(no) => no.rule,
    }
}

pub(crate) fn asked(t: &Tend, id: SurveyId, asking: &Asking) -> RequestId {
    match try_ask(t, id, asking) {
        Outcome::Asked(id) => id,
        Outcome::Refused(no) => panic!("{no:?}"),
    }
}

pub(crate) fn given(t: &Tend, score: i64, sign: Sign) -> Given {
    Given {
        score,
        comment: String::new(),
        answers: Vec::new(),
        sign,
        shown_at: t.read(|tx| Ok(tx.now())),
        network: "home".to_owned(),
    }
}

pub(crate) fn confirms(t: &Tend, id: RequestId, given: &Given) -> Confirmed {
    let given = given.clone();
    write(t, move |tx| answer::confirm(tx, id, &given))
}

fn opens(t: &Tend, id: RequestId, score: i64, network: &str) {
    let it = Opened { score, network: network.to_owned() };
    write(t, move |tx| answer::mark(tx, id, &it));
}

fn request(t: &Tend, me: &Me, id: RequestId) -> surveys::Request {
    t.read(|tx| known::find(tx, me, id))
}

#[test]
fn one_budget_holds_over_all_kinds_and_each_refusal_names_its_rule() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let (csat, nps, ces) = (
            survey(&t, &lead, Kind::Csat, When::Hand),
            survey(&t, &lead, Kind::Nps, When::Hand),
            survey(&t, &lead, Kind::Ces, When::Hand),
        );
        let who = contact(&t, "carol@x.example");
        assert_eq!(rule(&t, csat, who, Some("order:1")), "asked");
        assert_eq!(rule(&t, nps, who, None), "frequency");
        days(&t, 6);
        assert_eq!(rule(&t, ces, who, None), "frequency");
        days(&t, 1);
        assert_eq!(rule(&t, nps, who, Some("order:1")), "same_event");
        assert_eq!(rule(&t, csat, who, None), "same_kind");
        assert_eq!(rule(&t, nps, who, None), "asked");
        days(&t, 29);
        assert_eq!(rule(&t, csat, who, None), "asked");
        days(&t, 60);
        assert_eq!(rule(&t, nps, who, None), "same_kind", "90 days between two of these");
        days(&t, 1);
        assert_eq!(rule(&t, nps, who, None), "asked");
        days(&t, 30);
        assert_eq!(rule(&t, csat, who, None), "asked");
        days(&t, 30);
        assert_eq!(rule(&t, csat, who, None), "asked");
        days(&t, 30);
        assert_eq!(rule(&t, ces, who, None), "year");
        let refused = t.read(|tx| {
            let since = jiff::Timestamp::UNIX_EPOCH;
            Ok((touches::of_contact(tx, who, since)?.len(), touches::refused_of(tx, who, since)?))
        });
        assert_eq!((refused.0, refused.1.len()), (6, 6));
        assert!(refused.1.iter().all(|it| !it.detail.is_empty()));
    });
}

#[test]
fn who_declined_is_blocked_or_not_in_the_sample_is_not_asked() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, Kind::Csat, When::Hand);
        let who = contact(&t, "carol@x.example");
        write(&t, move |tx| consents::set(tx, who, SURVEY, false, How::Page));
        assert_eq!(rule(&t, id, who, None), "consent");
        let other = contact(&t, "dan@x.example");
        let by = lead.clone();
        write(&t, move |tx| contacts::block(tx, &by, other));
        assert_eq!(rule(&t, id, other, None), "blocked");
        let by = lead.clone();
        write(&t, move |tx| {
            let it = surveys::find(tx, &by, id)?;
            let to = NewSurvey { sample_every: 4, ..NewSurvey::from(&it) };
            surveys::change(tx, &by, id, &to)
        });
        let mut asked = 0;
        for n in 0..40 {
            let who = contact(&t, &format!("p{n}@x.example"));
            let first = rule(&t, id, who, None);
            asked += usize::from(first == "asked");
            let again = rule(&t, id, who, None);
            assert_eq!(again == "sample", first == "sample", "the lot is the same again");
        }
        assert!((3..=20).contains(&asked), "{asked} of 40");
    });
}

#[test]
fn however_many_ask_at_once_one_customer_is_asked_once() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let all: Vec<_> = (0..4).map(|_| survey(&t, &lead, Kind::Csat, When::Hand)).collect();
        let who = contact(&t, "carol@x.example");
        let count = std::thread::scope(|scope| {
            let t = &t;
            let asks = |n: usize| rule(t, all[n % 4], who, Some(&format!("order:{n}")));
            let all: Vec<_> = (0..12).map(|n| scope.spawn(move || asks(n))).collect();
            all.into_iter().map(|it| it.join().expect("asks")).collect::<Vec<_>>()
        });
        assert_eq!(count.iter().filter(|it| **it == "asked").count(), 1, "{count:?}");
        let known = t.read(|tx| touches::of_contact(tx, who, jiff::Timestamp::UNIX_EPOCH));
        assert_eq!(known.len(), 1);
    });
}

#[test]
fn whatever_is_asked_for_in_a_year_and_a_half_the_distances_hold() {
    let t = Tend::in_memory();
    let lead = t.agent_as("Lena", "lead");
    let all = [Kind::Csat, Kind::Ces, Kind::Nps, Kind::Own]
        .map(|kind| (kind, survey(&t, &lead, kind, When::Hand)));
    let who = contact(&t, "carol@x.example");
    let mut lot: u64 = 7;
    for n in 0..500 {
        lot = lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        t.pass(SignedDuration::from_hours(i64::try_from(lot >> 58).expect("is small")));
        let it = all[usize::try_from((lot >> 40) % 4).expect("is small")];
        rule(&t, it.1, who, Some(&format!("order:{}", n / 2)));
    }
    let mut touched = t.read(|tx| touches::of_contact(tx, who, jiff::Timestamp::UNIX_EPOCH));
    touched.reverse();
    assert!(touched.len() > 5, "some were asked");
    let day = |n: i64| SignedDuration::from_hours(24 * n);
    for (n, it) in touched.iter().enumerate() {
        for before in &touched[..n] {
            let apart = it.happened_at.duration_since(before.happened_at);
            assert!(apart >= day(7));
            assert!(it.topic != before.topic || apart >= day(30));
            assert!(it.topic != "nps" || before.topic != "nps" || apart >= day(90));
        }
        let year = touched[..=n]
            .iter()
            .filter(|before| it.happened_at.duration_since(before.happened_at) < day(365));
        assert!(year.count() <= 6);
    }
}

#[test]
fn a_mark_counts_for_nothing_and_spends_nothing() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let survey = survey(&t, &lead, Kind::Csat, When::Hand);
        let id = asked(&t, survey, &asking(contact(&t, "carol@x.example"), None));
        opens(&t, id, 4, "scanner");
        let it = request(&t, &lead, id);
        assert_eq!((it.state, it.score), (Standing::Provisional, None));
        // Two scores within 45 seconds are a program's, and where it came from is remembered.
        t.pass(SignedDuration::from_secs(20));
        opens(&t, id, 1, "scanner");
        assert_eq!(request(&t, &lead, id).state, Standing::Sent);
        let looks = given(&t, 1, Sign::Dwell);
        t.pass(SignedDuration::from_secs(60));
        let looks = Given { network: "scanner".to_owned(), ..looks };
        assert_eq!(confirms(&t, id, &looks), Confirmed::NotYet);
        // A person on the same network is believed by what they do.
        assert_eq!(confirms(&t, id, &given(&t, 5, Sign::Pointer)), Confirmed::Counted);
        assert_eq!(request(&t, &lead, id).score, Some(5));
        // The last one that was confirmed holds, and those before it are kept.
        opens(&t, id, 2, "elsewhere");
        assert_eq!(confirms(&t, id, &given(&t, 4, Sign::Form)), Confirmed::Counted);
        let it = request(&t, &lead, id);
        assert_eq!((it.score, it.state), (Some(4), Standing::Answered));
        let past = t.read(|tx| answer::history(tx, id));
        assert_eq!(past.iter().map(|it| it.score).collect::<Vec<_>>(), [5, 4]);
        let odd = given(&t, 9, Sign::Form);
        assert!(t.tries(move |tx| answer::confirm(tx, id, &odd)).is_err());
        days(&t, 28);
        assert_eq!(confirms(&t, id, &given(&t, 1, Sign::Form)), Confirmed::Over);
        assert_eq!(request(&t, &lead, id).score, Some(4));
    });
}

#[test]
fn who_looks_for_three_seconds_is_believed_and_sooner_not() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let survey = survey(&t, &lead, Kind::Nps, When::Hand);
        let id = asked(&t, survey, &asking(contact(&t, "carol@x.example"), None));
        opens(&t, id, 9, "home");
        let looks = given(&t, 9, Sign::Dwell);
        t.pass(SignedDuration::from_secs(2));
        assert_eq!(confirms(&t, id, &looks), Confirmed::NotYet);
        t.pass(SignedDuration::from_secs(1));
        assert_eq!(confirms(&t, id, &looks), Confirmed::Counted);
        assert_eq!(request(&t, &lead, id).score, Some(9));
    });
}

pub(crate) fn resolve(t: &Tend, by: &Me, id: ConversationId) {
    let by = by.clone();
    write(t, move |tx| conversations::set_category(tx, &by, id, Category::Resolved));
}

/// Does what is due for surveys, as the worker would.
pub(crate) fn work(t: &Tend) {
    let known = "is an id";
    for it in write(t, |tx| jobs::take(tx, 1000)) {
        write(t, move |tx| {
            match &it.job {
                Job::AskSurvey { plan } => plans::come(tx, &keys(), plan.parse().expect(known))?,
                Job::ReaskSurvey { settled } => {
                    loops::ask_again(tx, &keys(), settled.parse().expect(known))?;
                }
                Job::RemindSurvey { request } => {
                    ask::remind(tx, &keys(), request.parse().expect(known))?;
                }
                _ => {}
            }
            jobs::settle(tx, &it, &jobs::Outcome::Done).map(drop)
        });
    }
}

pub(crate) fn requests(t: &Tend, me: &Me) -> Vec<surveys::Request> {
    t.read(|tx| known::page(tx, me, &known::Which::default(), None, 50)).items
}

#[test]
fn a_conversation_that_opens_again_is_not_asked_about() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, Kind::Csat, When::Resolved);
        let it = t.writes(&inbox, "carol@x.example", "Broken", "It broke");
        resolve(&t, &lead, it);
        t.hears(&inbox, "carol@x.example", "Broken", "It still is", Some(it));
        t.pass(SignedDuration::from_hours(2));
        work(&t);
        assert!(requests(&t, &lead).is_empty());
        let refused = t.read(|tx| touches::refused_by(tx, id.raw(), jiff::Timestamp::UNIX_EPOCH));
        assert_eq!(refused[0].rule, "reopened");
        // Once it is resolved for good, they are asked.
        resolve(&t, &lead, it);
        t.pass(SignedDuration::from_hours(2));
        work(&t);
        assert_eq!(requests(&t, &lead).len(), 1);
    });
}

#[test]
fn a_rhythm_asks_each_customer_on_a_day_of_their_own() {
    let t = Tend::in_memory();
    let lead = t.agent_as("Lena", "lead");
    for n in 0..30 {
        contact(&t, &format!("p{n}@x.example"));
    }
    days(&t, 31);
    survey(&t, &lead, Kind::Nps, When::Rhythm);
    let mut most = 0;
    for _ in 0..90 {
        while write(&t, |tx| plans::walk(tx, 7)) {}
        let before = requests(&t, &lead).len();
        work(&t);
        most = most.max(requests(&t, &lead).len() - before);
        days(&t, 1);
    }
    assert_eq!(requests(&t, &lead).len(), 30, "each once in ninety days");
    assert!(most < 8, "{most} on one day");
}

#[test]
fn what_somebody_said_goes_along_when_two_become_one_and_back() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, Kind::Csat, When::Hand);
        let (from, into) = (contact(&t, "carol@x.example"), contact(&t, "carol@y.example"));
        let request = asked(&t, id, &asking(from, None));
        confirms(&t, request, &given(&t, 1, Sign::Form));
        let count = |of: ContactId| {
            let which = known::Which { contact: Some(of), ..known::Which::default() };
            t.read(|tx| known::page(tx, &lead, &which, None, 50)).items.len()
        };
        assert_eq!((count(from), count(into)), (1, 0));
        let by = lead.clone();
        let merge = write(&t, move |tx| contacts::merge(tx, &by, from, into, &Choices::default()));
        assert_eq!((count(from), count(into)), (0, 1));
        assert_eq!(rule(&t, id, into, None), "frequency", "the ledger is one");
        let by = lead.clone();
        write(&t, move |tx| contacts::unmerge(tx, &by, merge));
        assert_eq!(count(from), 1);
    });
}

#[test]
fn a_wording_that_may_greet_a_gap_is_not_kept() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let mut new = NewSurvey::usual("Help", Kind::Csat, When::Resolved);
        let texts = new.wording.get_mut("en").expect("is there");
        texts.question = "How was {agent}?".to_owned();
        let by = lead.clone();
        let told = t.tries(move |tx| surveys::create(tx, &by, &new)).expect_err("is refused");
        assert!(told.to_string().contains("wording.en.question"), "{told}");
        let agent = t.agent_as("Ann", "agent");
        let new = NewSurvey::usual("Help", Kind::Csat, When::Resolved);
        assert!(t.tries(move |tx| surveys::create(tx, &agent, &new)).is_err(), "not by agents");
    });
}

#[test]
fn the_score_of_a_survey_leaves_out_who_did_not_answer() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, Kind::Nps, When::Hand);
        // 6 promote, 2 are passive, 2 detract, 10 only opened the mail: 40, and not 20.
        for n in 0..20 {
            let who = contact(&t, &format!("p{n}@x.example"));
            let request = asked(&t, id, &asking(who, None));
            let score = [10, 9, 10, 9, 10, 9, 7, 8, 0, 6].get(n);
            match score {
                Some(score) => drop(confirms(&t, request, &given(&t, *score, Sign::Form))),
                None => opens(&t, request, 0, "scanner"),
            }
        }
        t.pass(SignedDuration::from_secs(1));
        let span = report::Span::days(t.read(|tx| Ok(tx.now())), 30);
        let it = t.read(|tx| report::report(tx, &lead, id, span));
        let score = it.scored.score.expect("is known");
        assert!((score.value - 40.0).abs() < 1e-9, "{score:?}");
        assert_eq!((it.sent, it.scored.n, it.provisional), (20, 10, 10));
        assert!((it.response.expect("is known").value - 0.5).abs() < 1e-9);
        assert!(it.by_agent.is_empty() && it.change.is_none());
        assert_eq!(it.over_time.iter().map(|it| it.1.n).sum::<u64>(), 10);
    });
}
