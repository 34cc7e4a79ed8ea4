//! What scanners do counts for nothing, what people do counts; through the whole router.

use axum::{body::Body, http::Method};
use jiff::SignedDuration;
use tend_core::{
    Actor,
    agents::Me,
    contacts::{self, Stranger},
    outreach::{
        Channel,
        consents::{self, SURVEY},
    },
    secrets::Keys,
    surveys::{
        self, About, Kind, NewSurvey, Request, State, SurveyId, When,
        ask::{self, Asking, Outcome},
        known, report,
    },
};
use tend_testkit::{Browser, Tend};

fn keys() -> Keys {
    Keys::new([7; 32])
}

pub(crate) fn survey(t: &Tend, by: &Me, new: NewSurvey) -> SurveyId {
    let by = by.clone();
    t.write(move |tx| {
        let id = surveys::create(tx, &by, &new)?;
        surveys::set_state(tx, &by, id, State::Active)?;
        Ok(id)
    })
}

/// Asks so many customers, and says what their links end in.
pub(crate) fn ask(t: &Tend, by: &Me, id: SurveyId, from: usize, count: usize) -> Vec<String> {
    let by = by.clone();
    t.write(move |tx| {
        let survey = surveys::find(tx, &by, id)?;
        let mut all = Vec::new();
        for n in from..from + count {
            let who = Stranger::by_email(&format!("P{n}"), &format!("p{n}@x.example"));
            let contact = contacts::meet(tx, Actor::System, &who)?.id;
            let asking = Asking {
                contact,
                about: About::None,
                subject: 0,
                channel: Channel::Mail,
                event: None,
                reask_of: None,
                is_by_hand: true,
            };
            match ask::ask(tx, &keys(), Actor::System, &survey, &asking)? {
                Outcome::Asked(id) => all.push(ask::token(&keys(), id)),
                Outcome::Refused(no) => panic!("{no:?}"),
            }
        }
        Ok(all)
    })
}

fn request(t: &Tend, token: &str) -> Request {
    t.read(|tx| known::by_token(tx, token))
}

/// The proof that stands in the page.
fn shown(page: &str) -> String {
    let at = page.find(r#"name="shown" value=""#).expect("has a proof") + 20;
    page[at..].split('"').next().unwrap_or_default().to_owned()
}

fn head(browser: &Browser<'_>, path: &str) {
    browser.send(browser.request(Method::HEAD, path), Body::empty());
}

fn report(t: &Tend, me: &Me, id: SurveyId) -> report::Report {
    // What happens in this moment counts too.
    let to = t.read(|tx| Ok(tx.now())) + SignedDuration::from_secs(1);
    let span = report::Span::days(to, 60);
    t.read(|tx| report::report(tx, me, id, span))
}

#[test]
fn a_thousand_visits_of_scanners_count_nothing_and_unsubscribe_nobody() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        let tokens = ask(&t, &lead, id, 0, 100);
        let scanner = t.guest();
        for n in 0..1000 {
            let token = &tokens[n % 100];
            let link = |score: i64| format!("/s/{token}?v={score}");
            match n % 3 {
                0 => head(&scanner, &link(1)),
                1 => drop(scanner.get(&link(5))),
                _ => {
                    for path in (1..=5).map(link).chain([
                        format!("/s/{token}"),
                        format!("/s/{token}/stop"),
                        format!("/s/{token}/terms"),
                    ]) {
                        scanner.get(&path);
                    }
                }
            }
        }
        let it = report(&t, &lead, id);
        assert_eq!((it.sent, it.scored.n), (100, 0));
        assert!(it.voided > 300, "{}", it.voided);
        let declined: i64 = t.read(|tx| {
            Ok(tx.scalar("SELECT count(*) FROM consents WHERE topic = $1", &[SURVEY.into()])?)
        });
        assert_eq!(declined, 0);
        // None of it spent anything.
        for token in &tokens {
            let page = scanner.get(&format!("/s/{token}?v=4")).shown();
            let form = [("score", "4"), ("shown", &shown(&page)), ("comment", "")];
            assert!(scanner.post(&format!("/s/{token}"), &form).line().starts_with("200"));
        }
        assert_eq!(report(&t, &lead, id).scored.n, 100);
    });
}

#[test]
fn a_head_leaves_no_mark_at_all_and_neither_does_a_look_ahead() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        let token = ask(&t, &lead, id, 0, 1).remove(0);
        head(&t.guest(), &format!("/s/{token}?v=3"));
        t.guest().with("sec-purpose", "prefetch").get(&format!("/s/{token}?v=3"));
        assert_eq!(request(&t, &token).state.word(), "sent");
        t.guest().get(&format!("/s/{token}?v=3"));
        assert_eq!(request(&t, &token).state.word(), "provisional");
    });
}

#[test]
fn a_thousand_people_are_all_counted() {
    let t = Tend::in_memory();
    let lead = t.agent_as("Lena", "lead");
    let id = survey(&t, &lead, NewSurvey::usual("Would you", Kind::Nps, When::Hand));
    let signs = ["pointer", "touch", "key", "scroll", "dwell", ""];
    let mut wanted: i64 = 0;
    for some in 0..10 {
        for (n, token) in ask(&t, &lead, id, some * 100, 100).iter().enumerate() {
            let (person, score) = (t.guest(), (n % 11) as i64);
            // Half of them after a scanner was there a minute before.
            if n % 2 == 0 {
                for v in 0..=10 {
                    person.get(&format!("/s/{token}?v={v}"));
                }
                t.pass(SignedDuration::from_secs(60));
            }
            let page = person.get(&format!("/s/{token}?v={score}")).shown();
            t.pass(SignedDuration::from_secs(4));
            let sign = signs[n % 6];
            let text = score.to_string();
            let form = [
                ("score", text.as_str()),
                ("shown", &shown(&page)),
                ("sign", sign),
                ("website", ""),
            ];
            let path = format!("/s/{token}");
            let json = t.guest().with("accept", "application/json");
            json.post(&path, &form);
            // Who only looked where a scanner was before is asked for more, and presses the button.
            if request(&t, token).score.is_none() {
                assert!(sign == "dwell" && n % 2 == 0, "{sign} {n}");
                person.post(&path, &form[..2]);
            }
            assert_eq!(request(&t, token).score, Some(score));
            wanted += 1;
        }
    }
    let it = report(&t, &lead, id);
    assert_eq!((it.sent, it.scored.n), (wanted, wanted.unsigned_abs()));
}

#[test]
fn a_page_that_is_not_ours_confirms_nothing_and_a_trap_voids() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        let tokens = ask(&t, &lead, id, 0, 2);
        let (path, guest) = (format!("/s/{}", tokens[0]), t.guest());
        let other = shown(&guest.get(&format!("/s/{}", tokens[1])).shown());
        for proof in ["", "1.2", other.as_str()] {
            let seen = guest.post(&path, &[("score", "5"), ("shown", proof)]);
            assert!(seen.line().starts_with("422"), "{}", seen.line());
        }
        let own = shown(&guest.get(&format!("{path}?v=5")).shown());
        guest.post(&path, &[("score", "5"), ("shown", &own), ("website", "buy")]);
        let it = request(&t, &tokens[0]);
        assert_eq!((it.score, it.state.word()), (None, "sent"));
        assert!(guest.post(&path, &[("shown", &own)]).line().starts_with("422"), "no score");
        assert!(guest.get("/s/nobody").line().starts_with("404"));
        t.pass(SignedDuration::from_hours(28 * 24));
        assert!(guest.get(&path).line().starts_with("410"));
    });
}

#[test]
fn only_a_post_unsubscribes_and_one_click_is_enough() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        let token = ask(&t, &lead, id, 0, 1).remove(0);
        let (path, who) = (format!("/s/{token}/stop"), request(&t, &token).contact_id);
        let given = || t.read(|tx| consents::given(tx, who, SURVEY));
        let guest = t.guest();
        guest.get(&path);
        head(&guest, &path);
        assert_eq!(given(), None);
        // As a mail program sends it: no cookie, no proof, no page.
        let request = axum::http::Request::post(path.as_str())
            .header("content-type", "application/x-www-form-urlencoded");
        let seen = guest.send(request, Body::from("List-Unsubscribe=One-Click"));
        assert!(seen.line().starts_with("200"), "{}", seen.line());
        assert_eq!(given(), Some(false));
        assert!(guest.get(&path).shown().contains("We ask you no more"));
        guest.post(&path, &[("wanted", "yes")]);
        assert_eq!(given(), Some(true));
    });
}

#[test]
fn further_questions_a_comment_and_what_who_is_glad_offers_are_kept() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let new = NewSurvey {
            asks_promoters: true,
            kind: Kind::Nps,
            wording: surveys::wording::usual(Kind::Nps, When::Hand),
            asks_when: When::Hand,
            ..surveys::drivers::template()
        };
        let id = survey(&t, &lead, new);
        let token = ask(&t, &lead, id, 0, 1).remove(0);
        let (path, guest) = (format!("/s/{token}"), t.guest());
        let page = guest.get(&format!("{path}?v=9")).shown();
        assert!(page.contains("How good is the quality") && page.contains("checked"));
        let form = [
            ("score", "10"),
            ("shown", &shown(&page)),
            ("comment", "Quick <b>and</b> kind"),
            ("q_quality", "7"),
            ("q_brand", "9"),
            ("q_unknown", "1"),
        ];
        let thanks = guest.post(&path, &form).shown();
        assert!(thanks.contains("May we ask for one thing more?"), "{thanks}");
        let it = request(&t, &token);
        assert_eq!((it.score, it.comment.as_str()), (Some(10), "Quick <b>and</b> kind"));
        let answers = it.answered();
        assert_eq!(answers.len(), 1, "7 is on the scale, 9 is not: {answers:?}");
        let more = format!("{path}/more");
        guest.post(&more, &[("testimonial", "They care."), ("referral", "Ann Other")]);
        let (all, _) = (t.read(|tx| tend_core::money::advocates::all(tx, &lead)), ());
        assert!(all.is_empty(), "they did not agree");
        guest.post(&more, &[("testimonial", "They care."), ("agrees", "yes")]);
        let all = t.read(|tx| tend_core::money::advocates::all(tx, &lead));
        assert_eq!(all[0].quote, "They care.");
        assert!(all[0].consent_day.is_some());
        let referred: i64 = t.read(|tx| Ok(tx.scalar("SELECT count(*) FROM referrals", &[])?));
        assert_eq!(referred, 1);
    });
}

#[test]
fn a_page_stands_within_others_only_where_an_admin_said_so() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        let token = ask(&t, &lead, id, 0, 1).remove(0);
        let policy =
            |path: String| t.guest().get(&path).header("content-security-policy").to_owned();
        assert!(policy(format!("/s/{token}/embed")).contains("frame-ancestors 'none'"));
        t.write(|tx| {
            tend_core::settings::set(tx, Actor::System, "survey_frames", "https://shop.example")
        });
        let within = "frame-ancestors https://shop.example";
        assert!(policy(format!("/s/{token}/embed")).contains(within));
        assert!(policy(format!("/s/{token}")).contains("frame-ancestors 'none'"));
    });
}
