use super::*;

fn names(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("x{i}")).collect()
}

/// 400 customers with two columns that have an effect, and how the third is made of them.
struct World {
    rows: Vec<[f64; 2]>,
    lives: Lives,
}

impl World {
    fn of(n: usize, seed: u64) -> Self {
        let mut random = crate::random::Random::of_seed(seed);
        let rows: Vec<[f64; 2]> = (0..n).map(|_| [random.normal(), random.normal()]).collect();
        let times: Vec<f64> = rows
            .iter()
            .map(|[a, b]| (-(1.0 - random.unit()).ln() * (-(0.7 * a - 0.3 * b)).exp() * 9.0).ceil())
            .collect();
        let ended: Vec<bool> = times.iter().map(|time| *time < 20.0).collect();
        let times: Vec<f64> = times.iter().map(|time| time.min(20.0)).collect();
        Self { rows, lives: Lives::new(&times, &ended).expect("customers") }
    }

    /// Fits the two columns and those that are made for each row.
    fn with(&self, more: impl Fn(usize) -> Vec<f64>) -> Result<Cox> {
        let all: Vec<Vec<f64>> =
            self.rows.iter().enumerate().map(|(at, row)| [&row[..], &more(at)].concat()).collect();
        let x = Matrix::from_rows(&all).expect("a table");
        cox(&self.lives, &x, &names(x.columns()), 0.95)
    }

    /// Whether each customer ended, in their order.
    fn ended(&self) -> Vec<bool> {
        let mut ended = vec![false; self.rows.len()];
        self.lives.order.iter().zip(&self.lives.ended).for_each(|(&row, &it)| ended[row] = it);
        ended
    }
}

fn coefficient(fit: &Cox, at: usize) -> f64 {
    fit.columns[at].effect.as_ref().expect("an effect").coefficient
}

fn near(got: f64, want: f64, by: f64) {
    assert!((got - want).abs() <= by, "{got} is not {want}");
}

#[test]
fn a_known_effect_is_found() {
    let fit = World::of(4000, 2).with(|_| Vec::new()).expect("a fit");
    for (column, truth) in fit.columns.iter().zip([0.7, -0.3]) {
        let it = column.effect.as_ref().expect("an effect");
        let off = (it.coefficient - truth).abs();
        assert!(off < 4.0 * it.standard_error && off < 0.08, "{column:?}");
    }
    assert!(fit.concordance.expect("pairs") > 0.68);
}

#[test]
fn what_follows_from_others_is_left_out_and_the_others_are_as_without_it() {
    let world = World::of(400, 3);
    let plain = world.with(|_| Vec::new()).expect("a fit");
    let more = |at: usize| vec![5.0, 2.0 * world.rows[at][0] - world.rows[at][1] + 3.0];
    let fit = world.with(more).expect("a fit");
    for at in 0..2 {
        assert_eq!(coefficient(&fit, at), coefficient(&plain, at));
    }
    assert_eq!(fit.columns[2].no_effect, Some(NoEffect::Constant));
    assert_eq!(fit.columns[3].no_effect, Some(NoEffect::Aliased));
    assert!(fit.columns[3].effect.is_none());
    assert_eq!((fit.aic, fit.likelihood_ratio_p), (plain.aic, plain.likelihood_ratio_p));
    assert!(fit.warnings[0].contains("x2 is the same everywhere"), "{:?}", fit.warnings);
    assert!(fit.warnings[1].contains("x3 follows from"), "{:?}", fit.warnings);
}

/// A group of which nobody left goes to minus infinity: the others are fitted as if its members
/// had never been at risk.
#[test]
fn a_group_of_which_nobody_left_has_no_bound_and_the_others_are_as_without_it() {
    let world = World::of(400, 4);
    let ended = world.ended();
    let silent: Vec<bool> = (0..400_usize).map(|at| at.is_multiple_of(4) && !ended[at]).collect();
    let group = |at: usize| vec![f64::from(u8::from(silent[at]))];
    let fit = world.with(group).expect("a fit");
    assert_eq!(fit.columns[2].no_effect, Some(NoEffect::Unbounded));
    let said = "Column x2 tells without exception who left first";
    assert!(fit.warnings.iter().any(|it| it.starts_with(said)), "{:?}", fit.warnings);
    let kept: Vec<usize> = (0..400).filter(|&at| !silent[at]).collect();
    let (mut times, mut left) = (vec![0.0; 400], vec![false; 400]);
    for (place, &row) in world.lives.order.iter().enumerate() {
        (times[row], left[row]) = (world.lives.times[place], world.lives.ended[place]);
    }
    let lives = Lives::new(
        &kept.iter().map(|&at| times[at]).collect::<Vec<_>>(),
        &kept.iter().map(|&at| left[at]).collect::<Vec<_>>(),
    )
    .expect("customers");
    let rows: Vec<[f64; 2]> = kept.iter().map(|&at| world.rows[at]).collect();
    let without =
        cox(&lives, &Matrix::from_rows(&rows).expect("pairs"), &names(2), 0.95).expect("a fit");
    for at in 0..2 {
        let (a, b) = (&fit.columns[at].effect, &without.columns[at].effect);
        let (a, b) = (a.as_ref().expect("an effect"), b.as_ref().expect("an effect"));
        near(a.coefficient, b.coefficient, 1e-6);
        near(a.standard_error, b.standard_error, 1e-6);
        near(a.proportionality.statistic, b.proportionality.statistic, 1e-3);
    }
    near(fit.log_likelihood, without.log_likelihood, 1e-5);
}

/// The group that all are compared with has no event: every ratio to it is without a bound, and
/// what else there is has one.
#[test]
fn where_nobody_left_of_those_compared_with_no_group_has_a_bound() {
    let world = World::of(400, 5);
    let ended = world.ended();
    let group = |at: usize| if at.is_multiple_of(4) && !ended[at] { 0 } else { 1 + at % 2 };
    let ones = |at: usize| (1..3).map(|it| f64::from(u8::from(group(at) == it))).collect();
    let fit = world.with(ones).expect("a fit");
    let fates: Vec<_> = fit.columns.iter().map(|it| it.no_effect).collect();
    let unbounded = Some(NoEffect::Unbounded);
    assert_eq!(fates, [None, None, unbounded, unbounded]);
    near(coefficient(&fit, 0), 0.7, 0.2);
}

#[test]
fn a_column_that_knows_the_order_is_left_out_and_the_others_are_fitted_without_it() {
    let times: Vec<f64> = (1..=40).map(f64::from).collect();
    let lives = Lives::new(&times, &[true; 40]).expect("40");
    let of = |f: &dyn Fn(f64) -> Vec<f64>| {
        let rows: Vec<Vec<f64>> = times.iter().map(|t| f(*t)).collect();
        let x = Matrix::from_rows(&rows).expect("a table");
        cox(&lives, &x, &names(x.columns()), 0.95)
    };
    let noise = |t: f64| (t * 7.0) % 11.0;
    let alone = of(&|t| vec![noise(t)]).expect("a fit");
    let fit = of(&|t| vec![noise(t), -t]).expect("a fit");
    assert_eq!(fit.columns[1].no_effect, Some(NoEffect::Unbounded));
    assert_eq!(coefficient(&fit, 0), coefficient(&alone, 0));
    let part = of(&|t| vec![noise(t), f64::from(u8::from(t < 9.0))]).expect("a fit");
    assert_eq!(part.columns[1].no_effect, Some(NoEffect::Unbounded));
    assert!(coefficient(&part, 0).abs() < 1.0);
    let error = of(&|t| vec![-t]).expect_err("nothing else").to_string();
    assert!(error.contains("x0") && error.contains("without exception"), "{error}");
    assert!(of(&|_| vec![3.0]).is_err());
    let error = of(&|t| vec![noise(t), f64::NAN]).expect_err("no number").to_string();
    assert!(error.contains("x1"), "{error}");
}

/// Four thousand columns for a hundred events took most of a minute.
#[test]
fn far_more_columns_than_events_are_refused_at_once() {
    let world = World::of(150, 6);
    let events = world.lives.events();
    let mut random = crate::random::Random::of_seed(7);
    let cells: Vec<f64> = (0..150 * 5000).map(|_| random.normal()).collect();
    let x = Matrix::from_cells(5000, cells).expect("a table");
    let begun = std::time::Instant::now();
    let error = cox(&world.lives, &x, &names(5000), 0.95).expect_err("too many").to_string();
    assert!(error.contains(&format!("5000 columns and only {events} events")), "{error}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(2));
}
