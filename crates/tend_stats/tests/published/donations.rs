//! Donations to a public radio station: success.md 5.2; Fader, Hardie and Shang (2010).

use tend_stats::{bg_bb, bg_bb::Turns};

use crate::data::close;

/// x, t_x and the number of donors, after six appeals: table 1 of the paper.
const DONORS: [(u32, u32, u64); 22] = [
    (0, 0, 3464),
    (1, 1, 1091),
    (1, 2, 277),
    (1, 3, 129),
    (1, 4, 78),
    (1, 5, 119),
    (1, 6, 129),
    (2, 2, 613),
    (2, 3, 255),
    (2, 4, 155),
    (2, 5, 173),
    (2, 6, 234),
    (3, 3, 322),
    (3, 4, 181),
    (3, 5, 225),
    (3, 6, 357),
    (4, 4, 240),
    (4, 5, 284),
    (4, 6, 512),
    (5, 5, 335),
    (5, 6, 728),
    (6, 6, 1203),
];

#[test]
fn bg_bb_is_the_papers() {
    let rows: Vec<(Turns, u64)> =
        DONORS.map(|(taken, last, n)| (Turns { taken, last, given: 6 }, n)).to_vec();
    let fit = bg_bb::fit(&rows).expect("a fit");
    let m = fit.model;
    assert_eq!(fit.customers, 11_104);
    close(m.alpha, 1.2035, 1e-4);
    close(m.beta, 0.7497, 1e-4);
    close(m.gamma, 0.6567, 1e-4);
    close(m.delta, 2.7834, 1e-4);
    close(fit.log_likelihood, -33_225.58, 0.005);
    // The paper's tables of expected donations in the next five years, and of who is still there.
    let of = |taken, last| Turns { taken, last, given: 6 };
    close(m.expected(&of(0, 0), 5), 0.07, 0.005);
    for (last, expected) in (1..).zip([0.09, 0.31, 0.59, 0.84, 1.02, 1.15]) {
        close(m.expected(&of(1, last), 5), expected, 0.005);
    }
    close(m.expected(&of(6, 6), 5), 3.75, 0.005);
    close(m.alive(&of(0, 0)), 0.11, 0.005);
    close(m.alive(&of(1, 1)), 0.07, 0.005);
    close(m.alive(&of(6, 6)), 0.93, 0.005);
}

#[test]
fn what_is_to_come_is_discounted_once_for_each_opportunity() {
    let model = bg_bb::BgBb { alpha: 1.204, beta: 0.75, gamma: 0.657, delta: 2.783 };
    let turns = Turns { taken: 3, last: 5, given: 6 };
    let mut by_hand = 0.0;
    for k in 1..2000 {
        let there = model.expected(&turns, k) - model.expected(&turns, k - 1);
        by_hand += there / 1.1_f64.powi(k as i32);
    }
    close(model.dert(&turns, 0.1).expect("a value"), by_hand, 1e-9);
    assert!(model.dert(&turns, 0.0).is_err());
}

#[test]
fn turns_that_cannot_be_are_refused() {
    let refused = |taken, last, given| {
        let rows = vec![(Turns { taken, last, given }, 99); 2];
        bg_bb::fit(&rows).expect_err("refused").to_string()
    };
    assert!(refused(2, 1, 6).contains("opportunities taken"));
    assert!(refused(0, 1, 6).contains("opportunities taken"));
    assert!(refused(1, 7, 6).contains("last opportunity"));
    assert!(refused(1, 1, 0).contains("from 1 to 1000"));
    assert!(refused(1, 1, 6).contains("alike"));
    assert!(refused(0, 0, 6).contains("not enough"));
}
