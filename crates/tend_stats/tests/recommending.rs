//! Recommending, through what the crate offers: properties, and what no model was made for.

use tend_stats::Error;
use tend_stats::random::Random;
use tend_stats::recommend::{
    Because, Interaction, Interactions, Learner, Method, Model, Owned, Pairs, Past, Protocol,
    Recipe, Window, choose, evaluate, past, prove,
};

const EASE: Learner = Learner::Ease { ridge: 1.0, dropout: 0.2 };
const ALS: Learner = Learner::Als { factors: 8, ridge: 1.0, confidence: 5.0, sweeps: 10 };
const COSINE: Learner = Learner::Cosine { shrinkage: 1.0, neighbours: 50 };
const ALL: [Learner; 4] = [EASE, ALS, COSINE, Learner::Popularity];

fn row(customer: u32, product: u32, time: i64) -> Interaction {
    Interaction { customer, product, time, weight: 1.0 }
}

fn events(rows: &[Interaction]) -> Interactions {
    let most = |of: fn(&Interaction) -> u32| rows.iter().map(of).max().map_or(0, |it| it + 1);
    let (customers, products) = (most(|it| it.customer), most(|it| it.product));
    Interactions::new(customers as usize, products as usize, rows, Window::default())
        .expect("interactions")
}

/// Customers of several tastes, each with products of its own, and some chance.
fn shop(customers: u32, products: u32, tastes: u32, seed: u64) -> Vec<Interaction> {
    let mut random = Random::of_seed(seed);
    let mut rows = Vec::new();
    for customer in 0..customers {
        let own = customer % tastes;
        for time in 0..4 + random.below(5) as i64 {
            let any = random.below(products as usize) as u32;
            let liked = any - any % tastes + own;
            let product = if random.unit() < 0.85 { liked.min(products - 1) } else { any };
            rows.push(row(customer, product, 100 * time + random.below(90) as i64));
        }
    }
    rows
}

fn newest(products: &[u32]) -> Vec<Past> {
    let one =
        |(age, product): (usize, &u32)| Past { product: *product, strength: 1.0, age: age as u32 };
    products.iter().enumerate().map(one).collect()
}

#[test]
fn a_product_does_not_speak_for_itself() {
    let rows = shop(200, 30, 3, 1);
    let model = Model::fit(&events(&rows), Recipe::plain(EASE)).expect("a model");
    for product in 0..30 {
        let scores = model.scores(&newest(&[product]));
        assert_eq!(scores[product as usize], 0.0);
        assert!(scores.iter().any(|score| *score > 0.0));
    }
}

#[test]
fn weights_are_those_of_the_closed_form() {
    // Three products, two of them always together. G = [[2,2,0],[2,2,0],[0,0,1]], λ = 1:
    // P = (G + I)⁻¹ has 3/5 and −2/5 for the pair, so B = −P₀₁ / P₁₁ = 2/3.
    let rows = [row(0, 0, 0), row(0, 1, 0), row(1, 0, 0), row(1, 1, 0), row(2, 2, 0)];
    let learner = Learner::Ease { ridge: 1.0, dropout: 0.0 };
    let model = Model::fit(&events(&rows), Recipe::plain(learner)).expect("a model");
    let scores = model.scores(&newest(&[0]));
    assert!((scores[1] - 2.0 / 3.0).abs() < 1e-6, "{scores:?}");
    assert_eq!((scores[0], scores[2]), (0.0, 0.0));
    // (1 + 2)^−1 is left of what was bought before two others.
    let recipe = Recipe { recency: 1.0, ..Recipe::plain(learner) };
    let model = Model::fit(&events(&rows), recipe).expect("a model");
    let faded = model.scores(&[Past { product: 0, strength: 1.0, age: 2 }]);
    assert!((faded[1] - 2.0 / 9.0).abs() < 1e-6, "{faded:?}");
}

#[test]
fn the_order_of_the_rows_makes_no_difference() {
    let rows = shop(300, 40, 4, 2);
    let mut shuffled = rows.clone();
    Random::of_seed(5).shuffle(&mut shuffled);
    let (one, other) = (events(&rows), events(&shuffled));
    for learner in ALL {
        let recipe = Recipe { recency: 0.5, prior: 0.1, ..Recipe::plain(learner) };
        let scores = |it: &Interactions| {
            let model = Model::fit(it, recipe).expect("a model");
            (0..20).map(|customer| model.scores(&past(it.of(customer)))).collect::<Vec<_>>()
        };
        assert_eq!(scores(&one), scores(&other), "{learner:?}");
    }
    let figures = |it| evaluate(it, Method::Auto, Protocol::LastOut).expect("figures");
    assert_eq!(figures(&one), figures(&other));
}

#[test]
fn a_suggestion_explains_itself_and_keeps_the_rules() {
    // 0 and 1 are bought together by five, 0 and 2 by two; 3 is what all the others buy.
    let mut rows = Vec::new();
    for customer in 0..5 {
        rows.extend([row(customer, 0, 0), row(customer, 1, 1)]);
    }
    rows.extend([row(5, 0, 0), row(5, 2, 1), row(6, 0, 0), row(6, 2, 1)]);
    rows.extend((7..17).map(|customer| row(customer, 3, 0)));
    let all = events(&rows);
    for learner in [EASE, ALS, COSINE] {
        let model = Model::fit(&all, Recipe::plain(learner)).expect("a model");
        let list = model.suggest(&newest(&[0]), 2, Owned::LeftOut, |_| true);
        let products: Vec<u32> = list.iter().map(|it| it.product).collect();
        assert_eq!(products, [1, 2], "{learner:?}");
        assert_eq!(list[0].because, Some(Because { product: 0, customers: 5, of: 7 }));
        assert_eq!(list[1].because, Some(Because { product: 0, customers: 2, of: 7 }));
        let in_stock = model.suggest(&newest(&[0]), 4, Owned::LeftOut, |product| product > 1);
        assert_eq!(in_stock[0].product, 2, "{learner:?}");
        assert!(in_stock.iter().all(|it| it.product > 1));
        let again = model.suggest(&newest(&[0]), 9, Owned::Allowed, |_| true);
        assert_eq!(again.len(), 4, "what one has may be bought again");
    }
    let popular = Model::fit(&all, Recipe::popularity(None)).expect("a model");
    let list = popular.suggest(&[], 9, Owned::LeftOut, |_| true);
    assert_eq!((list[0].product, list[0].because), (3, None));
}

#[test]
fn a_customer_of_whom_nothing_is_known_gets_what_is_popular() {
    let all = events(&shop(200, 30, 3, 4));
    let popular = Model::fit(&all, Recipe::popularity(None)).expect("a model").scores(&[]);
    for learner in [EASE, ALS, COSINE] {
        let recipe = Recipe { prior: 1.0, ..Recipe::plain(learner) };
        let model = Model::fit(&all, recipe).expect("a model");
        assert_eq!(model.scores(&[]), popular);
        // A product that came after the learning says nothing.
        assert_eq!(model.scores(&newest(&[4000])), popular);
    }
}

#[test]
fn pairs_count_their_customers() {
    let rows = [row(0, 0, 0), row(0, 1, 0), row(1, 0, 0), row(1, 1, 0), row(2, 1, 0), row(2, 2, 0)];
    let pairs = Pairs::fit(&events(&rows), 10.0, 5).expect("pairs");
    let of = |product| pairs.of(product).iter().map(|it| (it.product, it.customers));
    assert_eq!(of(1).collect::<Vec<_>>(), [(0, 2), (2, 1)]);
    assert_eq!(of(0).collect::<Vec<_>>(), [(1, 2)]);
    // Two of two and three customers, all of equal say: 2/√6, shrunk by 2/12.
    let similarity = pairs.of(0)[0].similarity;
    assert!((similarity - 2.0 / 6.0_f32.sqrt() * 2.0 / 12.0).abs() < 1e-6, "{similarity}");
    assert!(pairs.of(77).is_empty());
}

#[test]
fn the_choice_finds_taste_and_steps_aside_where_there_is_none() {
    let taste = choose(&events(&shop(600, 60, 6, 6)), Method::Auto).expect("a choice");
    assert_ne!(taste.recipe.learner, Learner::Popularity, "{taste:?}");
    let mut random = Random::of_seed(8);
    let chance: Vec<Interaction> = (0..3000)
        .map(|at| row(at % 500, (60.0 * random.unit() * random.unit()) as u32, i64::from(at)))
        .collect();
    let chance = choose(&events(&chance), Method::Auto).expect("a choice");
    assert_eq!(chance.recipe.learner, Learner::Popularity, "{chance:?}");
    assert!(chance.why.contains("No method surely foretells better"), "{}", chance.why);
}

#[test]
fn what_no_model_was_made_for_has_an_answer_or_a_sentence() {
    let alone = [row(0, 0, 0), row(0, 1, 1), row(0, 2, 2)];
    let once = vec![row(0, 0, 0)];
    let alike: Vec<_> = (0..500).map(|customer| row(customer, 0, 7)).collect();
    let doubled = vec![row(0, 0, 0); 10_000];
    let all_of_all: Vec<_> = (0..2500).map(|at| row(at / 50, at % 50, 3)).collect();
    for rows in [&alone[..], &once, &alike, &doubled, &all_of_all] {
        let all = events(rows);
        for method in [Method::Auto, Method::Ease, Method::Als, Method::Cosine] {
            let choice = choose(&all, method).expect("a choice");
            let model = choice.learn(&all).expect("a model");
            let scores = model.scores(&past(all.of(0)));
            assert!(scores.iter().all(|score| score.is_finite()), "{method:?}");
            assert_ne!(choice.recipe.learner.name() == "popularity", method != Method::Auto);
        }
        for protocol in [Protocol::RandomQuarter, Protocol::LastOut, Protocol::Rolling] {
            match evaluate(&all, Method::Auto, protocol) {
                Ok(it) => assert!(it.chosen.ndcg_at_10.value.is_finite()),
                Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
            }
        }
    }
    assert!(matches!(
        evaluate(&events(&alike), Method::Auto, Protocol::LastOut),
        Err(Error::NotEnough { .. })
    ));
    let huge: Vec<_> =
        (0..60).map(|at| Interaction { weight: 1e300, ..row(at / 3, at % 7, i64::MAX) }).collect();
    let mut odd = events(&huge);
    assert!(choose(&odd, Method::Ease).expect("a choice").learn(&odd).is_ok());
    odd = events(&[row(0, 0, i64::MIN), row(0, 1, i64::MAX), row(1, 0, 0), row(1, 1, 1)]);
    assert!(evaluate(&odd, Method::Auto, Protocol::LastOut).is_ok());
    let many = events(&[row(0, 6000, 0), row(0, 1, 1)]);
    let refused = choose(&many, Method::Ease).expect_err("too many products").to_string();
    assert!(refused.contains("5000 products at most, and there are 6001"), "{refused}");
}

/// Bestsellers and the rest, in tastes.
fn large(products: u32, customers: usize) -> Vec<Interaction> {
    let mut random = Random::of_seed(9);
    (0..100_000_i64)
        .map(|time| {
            let customer = random.below(customers) as u32;
            let (skew, taste) = (random.unit(), customer % 25);
            let any = (f64::from(products) * skew * skew * skew) as u32;
            let product = if random.unit() < 0.7 { any - any % 25 + taste } else { any };
            row(customer, product.min(products - 1), time)
        })
        .collect()
}

/// That a model knows what its customers are like: of what they have not bought yet, the best
/// are mostly of their own taste.
fn taste_is_found(products: u32, customers: usize, learner: Learner) {
    let all = events(&large(products, customers));
    let model = Model::fit(&all, Recipe::plain(learner)).expect("a model");
    let mut own = 0;
    for customer in 0..20 {
        let scores = model.scores(&past(all.of(customer)));
        assert!(scores.iter().all(|score| score.is_finite()));
        let mut best: Vec<usize> = (0..scores.len()).collect();
        best.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        own += best[..10].iter().filter(|it| **it % 25 == customer % 25).count();
    }
    assert!(own > 100, "{own} of 200 are of the customer's own taste");
}

#[test]
fn ease_finds_taste_in_a_hundred_thousand_purchases() {
    taste_is_found(1000, 5_000, Learner::Ease { ridge: 300.0, dropout: 0.3 });
}

#[test]
fn als_finds_taste_in_a_hundred_thousand_purchases() {
    let als = Learner::Als { factors: 32, ridge: 20.0, confidence: 1.0, sweeps: 6 };
    taste_is_found(2000, 10_000, als);
}

#[test]
fn a_proof_sets_every_method_beside_popularity() {
    // Long enough pasts for every method to be tried.
    let later = |it: Interaction| Interaction { time: it.time + 900, ..it };
    let mut rows = shop(900, 60, 6, 6);
    rows.extend(shop(900, 60, 6, 7).into_iter().map(later));
    let proof = prove(&events(&rows), 50).expect("a proof");
    assert!(proof.wins, "{proof:?}");
    assert!(proof.customers > 100, "{}", proof.customers);
    let names: Vec<&str> = proof.methods.iter().map(|it| it.recipe.learner.name()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(names.last(), Some(&"popularity"));
    let aside = proof.methods.iter().filter(|it| it.gain.is_none()).count();
    assert_eq!(aside, 1);
    let mut random = Random::of_seed(8);
    let chance: Vec<Interaction> = (0..6000)
        .map(|at| row(at % 500, (60.0 * random.unit() * random.unit()) as u32, i64::from(at)))
        .collect();
    assert!(!prove(&events(&chance), 50).expect("a proof").wins);
    assert!(matches!(
        prove(&events(&[row(0, 0, 0), row(0, 1, 1)]), 50),
        Err(Error::NotEnough { .. })
    ));
}
