//! Products in messages to many: who has none is refused with the rule, or gets the other words.

use tend_core::{
    Actor,
    agents::Me,
    campaigns::{
        self, CampaignId, NewCampaign, Plan, Purpose, Step, Variant,
        limits::{self, Limits},
    },
    contacts::{self, Stranger},
    outreach::touches,
    secrets::Keys,
    settings,
};
use tend_testkit::Tend;

fn keys() -> Keys {
    Keys::new([7; 32])
}

fn sends(t: &Tend, me: &Me, words: &str) -> CampaignId {
    let (me, words) = (me.clone(), words.to_owned());
    t.write(move |tx| {
        let variant =
            Variant { subject: "For you".into(), text: words.clone(), ..Variant::default() };
        let new = NewCampaign {
            name: "For you".to_owned(),
            purpose: Purpose::Service,
            holdout: 0,
            per_minute: 100_000,
            plan: Plan { steps: vec![Step::Send { variants: vec![variant] }], ..Plan::default() },
            ..NewCampaign::default()
        };
        let id = campaigns::create(tx, &me, &new)?;
        campaigns::start(tx, &me, id)?;
        Ok(id)
    })
}

fn run(t: &Tend, id: CampaignId) {
    while t.read(campaigns::to_do).contains(&id) {
        t.write(move |tx| campaigns::go_on(tx, &keys(), id));
    }
}

fn letters(t: &Tend) -> Vec<campaigns::Letter> {
    let sealed: Vec<String> = t.read(|tx| {
        Ok(tx.column("SELECT payload FROM outbox WHERE kind = 'campaign' ORDER BY id", &[])?)
    });
    sealed.iter().map(|it| campaigns::open_letter(&keys(), it).expect("opens")).collect()
}

#[test]
fn a_message_names_up_to_three_products_or_is_refused_with_the_rule() {
    Tend::on_both(|t| {
        t.inbox("hello@tend.test");
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let me = ada.clone();
        t.write(move |tx| {
            settings::set(tx, Actor::System, settings::BASE_URL, "https://desk.tend.test")?;
            limits::set(tx, &me, &Limits { quiet_from: 0, quiet_to: 0, ..Limits::default() })?;
            contacts::meet(tx, Actor::System, &Stranger::by_email("Nobody", "no@buy.example"))?;
            Ok(())
        });
        let id = sends(&t, &ada, "You may like:\n\n{{ contact.recommendations }}");
        run(&t, id);
        let refused = t.read(|tx| touches::refused_by(tx, id.raw(), jiff::Timestamp::UNIX_EPOCH));
        assert_eq!((refused[0].rule.as_str(), refused[0].count), ("no_recommendation", 1));
        let all = letters(&t);
        assert_eq!(all.len(), 240);
        let lines = |it: &campaigns::Letter| it.text.matches("• ").count();
        assert!(all.iter().all(|it| (1..=3).contains(&lines(it))), "{}", all[0].text);
        assert!(all[0].text.contains('€') || all[0].text.contains("EUR"), "{}", all[0].text);
        let shown: i64 = t.read(|tx| {
            Ok(tx.scalar("SELECT count(*) FROM recommend_shown WHERE place = 'message'", &[])?)
        });
        assert_eq!(shown, all.iter().map(lines).sum::<usize>() as i64);
        let other = "{{ contact.recommendations | default(\"Have a look around.\") }}";
        t.pass(jiff::SignedDuration::from_hours(30));
        let id = sends(&t, &ada, other);
        run(&t, id);
        let refused = t.read(|tx| touches::refused_by(tx, id.raw(), jiff::Timestamp::UNIX_EPOCH));
        assert!(refused.is_empty(), "{refused:?}");
        assert!(letters(&t).iter().any(|it| it.text.starts_with("Have a look around.")));
    });
}
