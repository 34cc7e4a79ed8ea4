use jiff::SignedDuration;
use tend_core::{
    accounts::{self, AccountId},
    agents::Me,
    campaigns::{self, Kind, NewCampaign, Plan, Purpose, Step, Trigger},
    contacts::{self, IdentityKind, NewContact},
    onboarding::{
        self as verbs, DoneWhen, NewPlan, NewStep, OnAccount, OnboardingId, Owner, PlanId,
        StartsOn, follow, link,
    },
    surveys::{self, NewSurvey, PlanId as Asked, When, known, plans},
    tasks,
};
use tend_testkit::Tend;

use crate::{
    campaigns::{company, keys, text},
    usage::{says, source, track},
};

fn account(t: &Tend, me: &Me, name: &str) -> AccountId {
    let (me, name) = (me.clone(), name.to_owned());
    t.write(move |tx| {
        let new =
            accounts::NewAccount { name: name.clone(), owner: Some(me.id), ..Default::default() };
        accounts::create(tx, &me, &new)
    })
}

fn plan(t: &Tend, me: &Me, starts_on: StartsOn) -> PlanId {
    let step = |title: &str, owner, done_when, event: &str| NewStep {
        title: title.to_owned(),
        owner,
        done_when,
        event: event.to_owned(),
        due_days: 5,
        ..NewStep::default()
    };
    let new = NewPlan {
        starts_on,
        steps: vec![
            step("Call", Owner::Agent, DoneWhen::Hand, ""),
            step("Read the guide", Owner::Customer, DoneWhen::Hand, ""),
            step("Make a report", Owner::Customer, DoneWhen::Usage, "Report made"),
        ],
        ..verbs::welcome()
    };
    let me = me.clone();
    t.write(move |tx| verbs::create(tx, &me, &new))
}

fn look(t: &Tend) {
    t.db.settle_journal(std::time::Duration::from_secs(10)).expect("is placed");
    t.pass(SignedDuration::from_mins(2));
    while t.write(follow::look) {}
}

fn whole(t: &Tend, me: &Me, account: AccountId) -> OnAccount {
    t.read(|tx| verbs::of_account(tx, me, account)).into_iter().next().expect("is under way")
}

fn ticks(it: &OnAccount) -> Vec<&str> {
    it.items.iter().map(|it| it.done_how.as_str()).collect()
}

#[test]
fn a_list_ticks_by_hand_by_task_and_by_what_the_product_tells() {
    Tend::on_both(|t| {
        let me = company(&t);
        let (plan, account) = (plan(&t, &me, StartsOn::Hand), account(&t, &me, "Alder"));
        let by = me.clone();
        t.write(move |tx| {
            let new = NewContact {
                name: "Rosa".to_owned(),
                identities: vec![(IdentityKind::External, "u1".to_owned())],
                account: Some(account),
                ..NewContact::default()
            };
            contacts::create(tx, &by, &new)
        });
        let begin = || {
            let by = me.clone();
            t.write(move |tx| verbs::begin(tx, &by, plan, account))
        };
        let id: OnboardingId = begin();
        assert_eq!(begin(), id, "it is under way once");
        look(&t);
        let it = whole(&t, &me, account);
        assert_eq!(ticks(&it), ["", "", ""]);
        let (task, guide) = (it.items[0].task_id.expect("is ours"), it.items[1].step_id);
        let report = it.items[2].step_id;
        assert!(t.tries(move |tx| verbs::tick_by_customer(tx, id, report)).is_err());
        t.write(move |tx| verbs::tick_by_customer(tx, id, guide));
        t.write(move |tx| verbs::tick_by_customer(tx, id, guide));
        let by = me.clone();
        t.write(move |tx| tasks::done(tx, &by, task));
        look(&t);
        assert_eq!(ticks(&whole(&t, &me, account)), ["task", "customer", ""]);
        let product = source(&t, &me, tend_core::usage::Trust::Server);
        says(&t, &product, &[track("u1", "Report made", "a")]);
        look(&t);
        let it = whole(&t, &me, account);
        assert_eq!(ticks(&it), ["task", "customer", "usage"]);
        assert!(it.onboarding.done_at.is_some());
        let by = me.clone();
        let call = it.items[0].step_id;
        t.write(move |tx| verbs::untick(tx, &by, id, call));
        look(&t);
        assert_eq!(ticks(&whole(&t, &me, account)), ["", "customer", "usage"], "it stays open");
        let report = t.read(|tx| verbs::report(tx, &me, plan));
        let done: Vec<_> = report.steps.iter().map(|it| (it.of, it.done)).collect();
        assert_eq!(done, [(1, 0), (1, 1), (1, 1)]);
    });
}

#[test]
fn where_nothing_moves_somebody_is_called_once() {
    Tend::on_both(|t| {
        let me = company(&t);
        let plan = plan(&t, &me, StartsOn::Account);
        let account = account(&t, &me, "Alder");
        look(&t);
        assert!(whole(&t, &me, account).onboarding.started_by.is_none(), "it began by itself");
        let count = || {
            let of = tasks::Which { account: Some(account), ..tasks::Which::default() };
            t.read(|tx| tasks::count(tx, &me, &of))
        };
        assert_eq!(count(), 1, "the call");
        t.pass(SignedDuration::from_hours(24 * 3));
        look(&t);
        look(&t);
        assert_eq!(count(), 2);
        let report = t.read(|tx| verbs::report(tx, &me, plan));
        assert_eq!((report.started, report.open, report.steps[0].stuck), (1, 1, 1));
        let id = whole(&t, &me, account).onboarding.id;
        let by = me.clone();
        t.write(move |tx| verbs::give_up(tx, &by, id));
        assert!(t.read(|tx| verbs::report(tx, &me, plan)).given_up == 1);
    });
}

#[test]
fn the_link_of_a_list_is_not_guessed() {
    Tend::on_both(|t| {
        let me = company(&t);
        let (plan, account) = (plan(&t, &me, StartsOn::Hand), account(&t, &me, "Alder"));
        let by = me.clone();
        let id = t.write(move |tx| verbs::begin(tx, &by, plan, account));
        let token = link::token(&keys(), id);
        assert_eq!(link::behind(&keys(), &token).expect("is ours"), id);
        let (it, name) = t.read(|tx| link::seen(tx, id));
        assert_eq!((it.items.len(), name.as_str()), (3, "Alder"));
        assert!(link::behind(&tend_core::secrets::Keys::new([8; 32]), &token).is_err());
        assert!(link::behind(&keys(), &token[..20]).is_err());
    });
}

#[test]
fn an_onboarding_begins_a_sequence() {
    Tend::on_both(|t| {
        let me = company(&t);
        let (plan, account) = (plan(&t, &me, StartsOn::Hand), account(&t, &me, "Alder"));
        let by = me.clone();
        let (who, campaign) = t.write(move |tx| {
            let new = NewContact {
                name: "Rosa".to_owned(),
                identities: vec![(IdentityKind::Email, "rosa@alder.example".to_owned())],
                account: Some(account),
                ..NewContact::default()
            };
            let who = contacts::create(tx, &by, &new)?;
            let send = Step::Send { variants: text("Welcome, {{ account.name }}", "Hello") };
            let new = NewCampaign {
                name: "Welcome".to_owned(),
                kind: Kind::Sequence,
                purpose: Purpose::Service,
                holdout: 0,
                plan: Plan {
                    trigger: Some(Trigger::Onboarding {}),
                    steps: vec![send],
                    ..Plan::default()
                },
                ..NewCampaign::default()
            };
            let id = campaigns::create(tx, &by, &new)?;
            campaigns::start(tx, &by, id)?;
            Ok((who, id))
        });
        let by = me.clone();
        t.write(move |tx| verbs::begin(tx, &by, plan, account));
        t.db.settle_journal(std::time::Duration::from_secs(10)).expect("is placed");
        t.write(move |tx| campaigns::go_on(tx, &keys(), campaign));
        let got = t.read(|tx| campaigns::enrolled(tx, &me, campaign, "sent", None, 5));
        assert_eq!(got.items[0].contact_id, who);
    });
}

#[test]
fn a_step_that_is_done_asks_one_person_and_one_that_is_open_again_nobody() {
    Tend::on_both(|t| {
        let me = company(&t);
        let (plan, account) = (plan(&t, &me, StartsOn::Hand), account(&t, &me, "Alder"));
        let by = me.clone();
        let (guide, id) = t.write(move |tx| {
            for name in ["Rosa", "Paul"] {
                let new = NewContact {
                    name: name.to_owned(),
                    identities: vec![(IdentityKind::Email, format!("{name}@alder.example"))],
                    account: Some(account),
                    ..NewContact::default()
                };
                contacts::create(tx, &by, &new)?;
            }
            let of = |step: &str| NewSurvey {
                step: step.to_owned(),
                ..NewSurvey::usual("First steps", surveys::Kind::Ces, When::Onboarding)
            };
            for step in ["Read the guide", ""] {
                let id = surveys::create(tx, &by, &of(step))?;
                surveys::set_state(tx, &by, id, surveys::State::Active)?;
            }
            let id = verbs::begin(tx, &by, plan, account)?;
            let guide = verbs::of_account(tx, &by, account)?[0].items[1].step_id;
            Ok((guide, id))
        });
        let planned =
            || t.read(|tx| Ok(tx.column::<Asked>("SELECT id FROM survey_plans ORDER BY id", &[])?));
        t.write(move |tx| verbs::tick_by_customer(tx, id, guide));
        assert_eq!(planned().len(), 1, "of the step, and not of the whole");
        t.write(move |tx| verbs::untick_by_customer(tx, id, guide));
        assert_eq!(planned().len(), 0);
        t.write(move |tx| verbs::tick_by_customer(tx, id, guide));
        let asked = planned()[0];
        t.write(move |tx| plans::come(tx, &keys(), asked));
        let all = t.read(|tx| known::page(tx, &me, &known::Which::default(), None, 5)).items;
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].contact, "Rosa");
    });
}
