//! What the shops sell, and the quiz that helps to choose.

use tend_core::{
    Result,
    agents::Me,
    money::products,
    quizzes::{self, NewQuiz, QuizId},
    recommend::offers::{self, NewOffer},
};
use tend_stats::random::Random;
use tend_store::Tx;

use super::{Next, World};

/// Something that is sold.
pub struct Good {
    pub name: &'static str,
    pub sku: &'static str,
    /// Minor units.
    pub price: i64,
    /// Of those who need it: 0 refrigerators, 1 freezers, 2 vans, 3 rooms, 4 everybody.
    pub kind: usize,
    /// Whether who has it needs no other one.
    durable: bool,
    stock: Option<i64>,
    traits: &'static str,
}

const fn good(
    (name, sku, price): (&'static str, &'static str, i64),
    kind: usize,
    (durable, stock): (bool, Option<i64>),
    traits: &'static str,
) -> Good {
    Good { name, sku, price, kind, durable, stock, traits }
}

pub const GOODS: [Good; 24] = [
    good(
        ("Refrigerator probe", "KP-10", 8900),
        0,
        (false, Some(140)),
        "place: refrigerator\nneed: temperature\nbudget: small",
    ),
    good(
        ("Glycol buffer bottle", "KA-02", 1490),
        0,
        (false, Some(380)),
        "place: refrigerator\nneed: calm readings\nbudget: small",
    ),
    good(
        ("Door sensor", "KD-01", 3900),
        0,
        (false, Some(75)),
        "place: refrigerator\nplace: room\nneed: open doors\nbudget: small",
    ),
    good(
        ("Vaccine refrigerator kit", "KK-10", 24900),
        0,
        (true, Some(18)),
        "place: refrigerator\nneed: proof for an audit\nbudget: large",
    ),
    good(
        ("Refrigerator alarm sounder", "KS-03", 4900),
        0,
        (true, Some(33)),
        "place: refrigerator\nneed: a loud alarm\nbudget: small",
    ),
    good(
        ("Ultra-low probe, −90 °C", "KP-90", 18900),
        1,
        (false, Some(41)),
        "place: freezer\nneed: temperature\nbudget: large",
    ),
    good(
        ("Cable feed-through", "KA-11", 1290),
        1,
        (false, Some(210)),
        "place: freezer\nneed: tidy cables\nbudget: small",
    ),
    good(
        ("Dry-contact relay", "KR-01", 6900),
        1,
        (true, Some(0)),
        "place: freezer\nneed: a loud alarm\nbudget: small",
    ),
    good(
        ("Three-point calibration", "KC-03", 11900),
        1,
        (false, None),
        "place: freezer\nneed: proof for an audit\nbudget: large",
    ),
    good(
        ("Freezer kit with relay", "KK-90", 34900),
        1,
        (true, Some(9)),
        "place: freezer\nneed: proof for an audit\nbudget: large",
    ),
    good(
        ("Transport logger", "KT-20", 12900),
        2,
        (false, Some(64)),
        "place: van\nneed: temperature\nbudget: large",
    ),
    good(
        ("Magnetic mount", "KA-21", 1990),
        2,
        (false, Some(160)),
        "place: van\nneed: tidy cables\nbudget: small",
    ),
    good(
        ("12 V adapter", "KA-22", 2490),
        2,
        (true, Some(88)),
        "place: van\nneed: long running\nbudget: small",
    ),
    good(
        ("Insulated box, 20 l", "KB-20", 15900),
        2,
        (true, Some(22)),
        "place: van\nneed: calm readings\nbudget: large",
    ),
    good(
        ("Cooling packs, set of 6", "KB-06", 2990),
        2,
        (false, Some(300)),
        "place: van\nneed: calm readings\nbudget: small",
    ),
    good(
        ("Room sensor", "KP-30", 6900),
        3,
        (false, Some(120)),
        "place: room\nneed: temperature\nbudget: small",
    ),
    good(
        ("CO₂ sensor", "KP-32", 14900),
        3,
        (false, Some(37)),
        "place: room\nneed: good air\nbudget: large",
    ),
    good(
        ("Wall bracket", "KA-31", 990),
        3,
        (false, Some(500)),
        "place: room\nneed: tidy cables\nbudget: small",
    ),
    good(
        ("Leak cable, 5 m", "KL-05", 7900),
        3,
        (true, Some(46)),
        "place: room\nneed: no water\nbudget: small",
    ),
    good(
        ("Humidity reference", "KC-31", 9900),
        3,
        (true, Some(27)),
        "place: room\nneed: proof for an audit\nbudget: large",
    ),
    good(
        ("Gateway with SIM card", "KG-04", 21900),
        4,
        (true, Some(52)),
        "need: long running\nbudget: large",
    ),
    good(
        ("Gateway for Wi-Fi", "KG-01", 13900),
        4,
        (true, Some(71)),
        "need: long running\nbudget: small",
    ),
    good(
        ("Battery pack, 4 pieces", "KA-40", 2190),
        4,
        (false, Some(900)),
        "need: long running\nbudget: small",
    ),
    good(
        ("Two-point calibration", "KC-02", 7900),
        4,
        (false, None),
        "need: proof for an audit\nbudget: small",
    ),
];

/// Makes them all.
pub fn offer(tx: &mut Tx, me: &Me) -> Result<()> {
    for (n, it) in GOODS.iter().enumerate() {
        let id = products::save(tx, me, None, it.name)?;
        let page = it.sku.to_lowercase();
        let new = NewOffer {
            url: format!("https://shop.kestrel-climate.example/products/{page}"),
            picture_url: String::new(),
            is_offered: true,
            is_durable: it.durable,
            stock: it.stock,
            margin_percent: Some(22 + (n as i64 * 7) % 31),
        };
        offers::save(tx, me, id, &new)?;
        offers::set_traits(tx, me, id, it.traits)?;
    }
    Ok(())
}

/// The quiz on the company's own site.
pub fn quiz(tx: &mut Tx, me: &Me) -> Result<QuizId> {
    let id = quizzes::create(tx, me, "Which sensor fits?")?;
    let ask = |text: &str, all: &[(&str, &str)]| {
        let choices = all.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        (text.to_owned(), choices)
    };
    let new = NewQuiz {
        title: "Which sensor fits?".to_owned(),
        slug: "which-sensor".to_owned(),
        intro: "Three questions, and we say what fits. Nothing is kept but your answers."
            .to_owned(),
        questions: vec![
            ask(
                "What do you want to watch?",
                &[
                    ("A refrigerator", "must place: refrigerator x3"),
                    ("A freezer", "must place: freezer x3"),
                    ("A van or a box on its way", "must place: van x3"),
                    ("A room", "must place: room x3"),
                ],
            ),
            ask(
                "What matters most?",
                &[
                    ("True temperatures", "need: temperature x2"),
                    ("Proof for an audit", "need: proof for an audit x2"),
                    ("An alarm that nobody misses", "need: a loud alarm x2, need: open doors"),
                    ("Readings that do not jump", "need: calm readings x2"),
                ],
            ),
            ask(
                "How much may it cost?",
                &[("As little as can be", "budget: small"), ("What it takes", "budget: large")],
            ),
        ],
        sites: "https://kestrel-climate.example".to_owned(),
        is_open: true,
    };
    quizzes::save(tx, me, id, &new)?;
    Ok(id)
}

/// Somebody answers it; some break off, some follow a link, a few leave their address.
pub fn answer(tx: &mut Tx, world: &World, n: usize, random: &mut Random) -> Result<Next> {
    let me = world.me(tx, 0)?;
    let quiz = quizzes::find(tx, &me, world.quiz)?;
    let print = format!("demo-quiz-{n}");
    quizzes::start(tx, quiz.id, &print)?;
    if random.unit() < 0.22 {
        return Ok(Next::new());
    }
    let choices = [random.below(4), random.below(4), random.below(2)];
    let found = quizzes::finish(tx, &quiz, &print, &choices)?;
    let follows = random.unit() < 0.45;
    if let Some(first) = found.get(random.below(2).min(found.len().saturating_sub(1)))
        && follows
    {
        quizzes::click(tx, &quiz, &print, first.offer.id)?;
    }
    if random.unit() < 0.1 {
        let who = &world.buyers[random.below(world.buyers.len())];
        quizzes::leave_address(tx, &quiz, &print, &who.email)?;
    }
    Ok(Next::new())
}
