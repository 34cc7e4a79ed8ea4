//! What customers are told without their asking.

use tend_core::{
    Result,
    agents::Me,
    campaigns::{
        self, CampaignId, Exits, Kind, NewCampaign, Plan, Purpose, State, Step, Trigger, Variant,
        What, limits,
    },
    onboarding::follow,
};
use tend_store::Tx;

use super::{Act, Next, World};

fn message(all: &[(&str, &str, &str)]) -> Step {
    let one = |(language, subject, text): &(&str, &str, &str)| Variant {
        language: (*language).to_owned(),
        subject: (*subject).to_owned(),
        text: (*text).to_owned(),
    };
    Step::Send { variants: all.iter().map(one).collect() }
}

const NEWS: [(&str, &str, &str); 2] = [
    (
        "",
        "New: a relay that rings where you are",
        "Hello {{ contact.first_name | default(\"there\") }},\n\nour new dry-contact relay switches a siren, a lamp or a door lock when a freezer grows warm. It takes ten minutes to fit, and it works when the network does not.\n\nIt is in the shop from today: https://shop.kestrel-climate.example/products/kr-01",
    ),
    (
        "de",
        "Neu: ein Relais, das dort klingelt, wo Sie sind",
        "Guten Tag {{ contact.first_name | default(\"\") }},\n\nunser neues Relais schaltet eine Sirene, eine Lampe oder ein Türschloss, wenn ein Tiefkühlschrank warm wird. Der Einbau dauert zehn Minuten, und es wirkt auch ohne Netz.\n\nEs ist ab heute im Shop: https://shop.kestrel-climate.example/products/kr-01",
    ),
];
const PARCEL: (&str, &str, &str) = (
    "",
    "Your parcel is there: three minutes until the first reading",
    "Hello {{ contact.first_name | default(\"there\") }},\n\nyour order {{ order.number }} has arrived. Hold the probe to the gateway until both blink green, then name the place where it hangs. If anything is in the way, answer this mail: a person reads it.",
);
const WINTER: (&str, &str, &str) = (
    "",
    "Before it freezes: look at your batteries",
    "Hello {{ contact.first_name | default(\"there\") }},\n\nbelow zero a battery lasts half as long. Under Devices, sort by battery, and change those under 30 %.",
);

/// Writes them all. The announcement's number is told; the rest start by themselves.
pub fn write(tx: &mut Tx, me: &Me) -> Result<CampaignId> {
    let mut own = limits::limits(tx)?;
    own.topics = vec!["Product news".to_owned(), "Training".to_owned()];
    limits::set(tx, me, &own)?;
    let once = |name: &str, step: Step, topic: &str| NewCampaign {
        name: name.to_owned(),
        topic: topic.to_owned(),
        plan: Plan {
            steps: vec![step],
            goal: Some(What::Ordered),
            goal_days: 14,
            ..Plan::default()
        },
        per_minute: 2_000,
        ..NewCampaign::default()
    };
    let news = once("The new relay", message(&NEWS), "Product news");
    let news = campaigns::create(tx, me, &NewCampaign { holdout: 35, ..news })?;
    let winter = once("Batteries before winter", message(&[WINTER]), "Product news");
    campaigns::create(tx, me, &winter)?;
    let parcel = once("When a parcel arrives", message(&[PARCEL]), "");
    let trigger = Some(Trigger::Order { step: "delivered".to_owned() });
    let parcel = NewCampaign {
        kind: Kind::Triggered,
        purpose: Purpose::Service,
        plan: Plan { trigger, ..parcel.plan },
        ..parcel
    };
    campaigns::create(tx, me, &parcel)?;
    let welcome = campaigns::welcome();
    let welcome = NewCampaign {
        name: "Welcome, step by step".to_owned(),
        kind: Kind::Sequence,
        purpose: Purpose::Service,
        plan: Plan { exits: Exits { wrote: false, ..welcome.exits.clone() }, ..welcome },
        ..NewCampaign::default()
    };
    campaigns::create(tx, me, &welcome)?;
    Ok(news)
}

/// The announcement starts.
pub fn announce(tx: &mut Tx, world: &World) -> Result<Next> {
    let me = world.me(tx, 0)?;
    campaigns::start(tx, &me, world.announcement)?;
    Ok(Next::new())
}

/// What campaigns and onboarding do by themselves, some times a day.
pub fn go(tx: &mut Tx, world: &World) -> Result<Next> {
    let me = world.me(tx, 0)?;
    for it in campaigns::all(tx, &me, None, 50)?.items {
        if it.state == State::Draft && it.kind != Kind::Announcement {
            campaigns::start(tx, &me, it.id)?;
        }
    }
    for id in campaigns::to_do(tx)? {
        for _ in 0..100 {
            if !campaigns::go_on(tx, &world.keys, id)?.and_more {
                break;
            }
        }
    }
    while campaigns::measure(tx, 200)? {}
    while follow::look(tx)? {}
    Ok(vec![(5 * 60, Act::Go)])
}
