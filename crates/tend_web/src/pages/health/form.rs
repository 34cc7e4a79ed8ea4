//! The form of a profile: measures in parallel lists, as HTML sends them.

use tend_core::{
    Result,
    error::{Error, FieldError, invalid},
    health::{Document, Kind, Measure, Missing, Weighed},
};
use tend_views::settings::{HealthForm, MeasureForm};

pub(super) type Pairs = Vec<(String, String)>;

/// What somebody typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    /// `keep`, `try`, `add`, `remove:2`.
    pub pressed: String,
    pub name: String,
    pub segment: String,
    pub stages: Vec<String>,
    pub measures: Vec<MeasureForm>,
    pub account: String,
    /// What to add: a kind, or `attribute:` and a name.
    pub add: String,
}

impl Typed {
    /// Each measure sends each of its fields once, in their order.
    pub(super) fn read(all: &Pairs) -> Self {
        let of = |name: &str| -> Vec<&str> {
            all.iter().filter(|it| it.0 == name).map(|it| it.1.as_str()).collect()
        };
        let one = |name: &str| of(name).first().copied().unwrap_or_default().to_owned();
        let fields =
            ["attribute", "group", "window", "weight", "worst", "best", "max_age", "missing"]
                .map(of);
        let measures = of("kind").into_iter().enumerate().filter_map(|(n, kind)| {
            let [attribute, group, window, weight, worst, best, max_age, missing] =
                fields.each_ref().map(|it| it.get(n).copied().unwrap_or_default());
            let kind: Kind = kind.parse().ok()?;
            Some(MeasureForm {
                attribute: attribute.to_owned(),
                group: group.parse().unwrap_or(kind.group()),
                window: window.to_owned(),
                weight: weight.to_owned(),
                worst: worst.to_owned(),
                best: best.to_owned(),
                max_age: max_age.to_owned(),
                missing: missing.parse().unwrap_or(Missing::LeftOut),
                kind,
            })
        });
        Self {
            pressed: all.iter().rev().find(|it| it.0 == "do").map_or("keep", |it| &it.1).to_owned(),
            name: one("name"),
            segment: one("segment"),
            stages: of("stages").into_iter().map(str::to_owned).collect(),
            measures: measures.collect(),
            account: one("account"),
            add: one("add"),
        }
    }

    pub(super) fn of(it: &Document) -> Self {
        Self {
            name: it.name.clone(),
            segment: it.segment.map(|it| it.to_string()).unwrap_or_default(),
            stages: it.stages.iter().map(ToString::to_string).collect(),
            measures: it.measures.iter().map(measure).collect(),
            ..Self::default()
        }
    }

    /// One more measure, as one might begin.
    pub(super) fn add(&mut self) {
        let of = match self.add.strip_prefix("attribute:") {
            Some(name) => Some(Measure::attribute(name)),
            None => self.add.parse().ok().map(Measure::of),
        };
        if let Some(of) = of {
            self.measures.push(measure(&Weighed::of(of, 5.0)));
        }
    }

    /// As it is kept.
    pub(super) fn document(&self) -> Result<Document> {
        let segment = match self.segment.as_str() {
            "" => None,
            text => {
                let wrong = |_| invalid("segment", "There is no such segment.");
                Some(text.parse().map_err(wrong)?)
            }
        };
        let wrong = |_| invalid("stages", "There is no such stage.");
        let stages = self.stages.iter().map(|it| it.parse().map_err(wrong));
        let stages = stages.collect::<Result<_>>()?;
        let mut problems = Vec::new();
        let each = self.measures.iter().enumerate();
        let measures = each.map(|(n, it)| weighed(n, it, &mut problems)).collect();
        match problems.is_empty() {
            true => Ok(Document { name: self.name.clone(), segment, stages, measures }),
            false => Err(Error::Invalid(problems)),
        }
    }

    /// As it is shown again; the page fills in what there is to choose from.
    pub(super) fn form(self) -> HealthForm {
        HealthForm {
            id: None,
            is_default: false,
            version: 0,
            name: self.name,
            segment: self.segment,
            chosen_stages: self.stages,
            measures: self.measures,
            account: self.account,
            tried: None,
            segments: Vec::new(),
            stages: Vec::new(),
            attributes: Vec::new(),
        }
    }
}

fn measure(it: &Weighed) -> MeasureForm {
    let window = it.measure.window;
    MeasureForm {
        kind: it.measure.kind,
        attribute: it.measure.attribute.clone(),
        group: it.group,
        window: if window > 0 { window.to_string() } else { String::new() },
        weight: it.weight.to_string(),
        worst: it.worst.to_string(),
        best: it.best.to_string(),
        max_age: it.max_age.map(|it| it.to_string()).unwrap_or_default(),
        missing: it.missing,
    }
}

fn weighed(n: usize, it: &MeasureForm, problems: &mut Vec<FieldError>) -> Weighed {
    let mut say = |field: &str, problem: &'static str| {
        let field = format!("measures[{n}].{field}").into();
        problems.push(FieldError { field, problem: problem.into() });
    };
    let mut number = |field: &str, text: &str| {
        text.trim().parse::<f64>().ok().filter(|it| it.is_finite()).unwrap_or_else(|| {
            say(field, "Write a number.");
            0.0
        })
    };
    let (weight, worst) = (number("weight", &it.weight), number("worst", &it.worst));
    let best = number("best", &it.best);
    let window = match it.window.trim() {
        "" => it.kind.window().unwrap_or(0),
        text => text.parse().unwrap_or_else(|_| {
            say("window", "Write a number of days from 7 to 365.");
            0
        }),
    };
    let max_age = match it.max_age.trim() {
        "" => None,
        text => Some(text.parse().unwrap_or_else(|_| {
            say("max_age", "Write a number of days from 1 to 3650, or nothing.");
            1
        })),
    };
    let measure = Measure { kind: it.kind, window, attribute: it.attribute.clone() };
    Weighed { measure, group: it.group, weight, worst, best, max_age, missing: it.missing }
}
