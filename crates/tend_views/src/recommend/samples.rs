//! The pages of recommending with sample data.

use maud::{Markup, html};
use tend_core::{
    accounts::AccountId,
    contacts::ContactId,
    money::ProductId,
    recommend::{
        Arm, ArmEffect, Beside, Difference, Effect, Figures, Interval, Learner, Offer, Outcomes,
        Place, Proven, Reason, Recipe, Standing, Suggested, Suggestion, Version, VersionId,
    },
};

use super::{
    ProductPage, RecommendPage, SuggestionsPane, product_page, recommend_page, suggestions,
};
use crate::{
    gallery::sample_frame,
    layout::page,
    parts::{Problems, Sample, sample, time::sample_ago},
};

pub(crate) fn offer(id: i64, name: &str) -> Offer {
    Offer {
        id: ProductId::from_raw(id),
        name: name.to_owned(),
        url: "https://shop.example/it".to_owned(),
        picture_url: String::new(),
        is_offered: true,
        is_durable: true,
        stock: Some(12),
        margin_percent: None,
        archived_at: None,
    }
}

fn figures(ndcg: f64) -> Figures {
    let about = |it: f64| Interval { value: it, lower: it - 0.02, upper: it + 0.02 };
    Figures {
        ndcg_at_10: about(ndcg),
        hit_rate_at_10: about(2.1 * ndcg),
        mean_reciprocal_rank: about(0.9 * ndcg),
        coverage_at_10: 0.31,
    }
}

fn version(standing: Standing) -> Version {
    let ease = Recipe {
        learner: Learner::Ease { ridge: 100.0, dropout: 0.3 },
        recency: 0.75,
        prior: 0.1,
        half_life: None,
    };
    let gain = Interval { value: 0.047, lower: 0.029, upper: 0.066 };
    let gain = Difference { ndcg_at_10: gain, hit_rate_at_10: gain };
    let popularity = Recipe::popularity(None);
    Version {
        id: VersionId::from_raw(1),
        made_at: sample_ago(500),
        is_current: true,
        standing,
        why: "EASE foretells what your customers buy next better than a list of what most buy: nDCG@10 is higher by 0.047 (0.029 to 0.066).".to_owned(),
        recipe: if standing == Standing::Learned { ease } else { popularity },
        proof: vec![
            Proven { recipe: ease, figures: figures(0.142), gain: Some(gain) },
            Proven { recipe: popularity, figures: figures(0.095), gain: None },
        ],
        judged: 812,
        customers: 4_130,
        products: 286,
        purchases: 17_204,
    }
}

fn suggested(standing: Standing, withheld: Option<String>) -> Suggested {
    let reason =
        Reason { product: ProductId::from_raw(9), name: "Gateway".to_owned(), customers: 41 };
    let item = |id, name, reason| Suggestion { offer: offer(id, name), reason, is_open: id == 2 };
    let items = match withheld {
        Some(_) => Vec::new(),
        None => {
            vec![item(1, "Air sensor, four in a box", Some(reason)), item(2, "Wall mount", None)]
        }
    };
    Suggested { version: version(standing), arm: Arm::Personal, items, withheld }
}

fn pane(place: Place, suggested: Suggested) -> SuggestionsPane {
    SuggestionsPane {
        contact: ContactId::from_raw(1),
        account: AccountId::from_raw(1),
        place,
        suggested,
        may_sell: true,
    }
}

fn effect() -> Effect {
    let arm = |arm, customers| ArmEffect {
        arm,
        customers,
        clicked: customers / 5,
        bought_7: customers / 30,
        bought_30: customers / 12,
    };
    Effect {
        personal: arm(Arm::Personal, 1_204),
        control: arm(Arm::Control, 133),
        waiting: 219,
        opportunities: Outcomes { open: 4, won: 7, lost: 2 },
    }
}

/// A page that holds a part.
fn around(part: Markup) -> Markup {
    let head = html! { header.usage-head { h1 { "A customer" } } };
    page(&sample_frame(), "A customer").shows(html! { div.usage-page { (head) (part) } })
}

/// Every page and part with sample data.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let beside = Beside { offer: offer(3, "Gateway"), similarity: 0.31, customers: 41, of: 118 };
    let page = ProductPage {
        offer: Offer { stock: Some(0), ..offer(1, "Air sensor") },
        traits: Vec::new(),
        beside: Some(vec![beside]),
        problems: Problems::default(),
        may_edit: true,
    };
    let why = "Nothing is suggested now: a low score that is not settled.".to_owned();
    let parts = [
        ("suggestions", pane(Place::Conversation, suggested(Standing::Learned, None))),
        ("suggestions-account", pane(Place::Account, suggested(Standing::Aside, None))),
        ("suggestions-withheld", pane(Place::Account, suggested(Standing::Learned, Some(why)))),
    ];
    let mut all: Vec<Sample> =
        parts.iter().map(|(name, it)| sample(name, around(suggestions(&frame, it)))).collect();
    let full = RecommendPage { versions: vec![version(Standing::Learned)], effect: effect() };
    all.push(sample("recommendations", recommend_page(&frame, &full)));
    let none = RecommendPage { versions: Vec::new(), effect: effect() };
    all.push(sample("recommendations-empty", recommend_page(&frame, &none)));
    all.push(sample("product", product_page(&frame, &page)));
    all
}
