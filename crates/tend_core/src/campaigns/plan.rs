//! What a campaign says, when, and to whom it stops saying it.

use serde::{Deserialize, Serialize};
use tend_store::Tx;

use super::{Kind, Purpose, What, suggests};
use crate::{
    Result,
    error::invalid,
    fold,
    templates::{self, Form},
};

/// Steps of a sequence, at most.
pub const MOST_STEPS: usize = 20;
/// Days, at most, of waits, windows and ages.
const MOST_DAYS: i64 = 730;

/// One language of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Variant {
    /// BCP 47, such as `de`; empty for everybody whose language has no variant.
    pub language: String,
    pub subject: String,
    /// Plain text; an empty line begins a paragraph.
    pub text: String,
}

/// What a campaign does with somebody, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Step {
    /// Sends a message.
    Send { variants: Vec<Variant> },
    /// Shows a message in the slot on the company's own pages, once they come.
    Show {
        variants: Vec<Variant>,
        /// Where it leads; empty, or an address that begins with `https://`.
        #[serde(default)]
        link: String,
        /// What the link is called.
        #[serde(default)]
        label: String,
    },
    /// Waits so many days.
    Wait { days: i64 },
    /// Waits until something happens, at most so many days.
    WaitFor { what: What, days: i64 },
    /// Goes on at the step of this number, from 1, if something has happened, and at the other one
    /// if not; 0 leaves the sequence.
    Branch { what: What, yes: i64, no: i64 },
}

/// What begins it for somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Trigger {
    /// Something happened with an order: `placed`, `paid`, `shipped`, `delivered`, `refunded` or
    /// `cancelled`.
    Order { step: String },
    /// A person did something in the product for the n-th time.
    Usage { event: String, times: i64 },
    /// Their account came into the segment of the campaign.
    Segment {},
    /// A date that is known of them comes: so many days after it, or before if negative.
    Date { about: String, attribute: String, days: i64, yearly: bool },
    /// They were neither seen in the product nor heard of for so many days.
    Inactive { days: i64 },
    /// An onboarding began for their account.
    Onboarding {},
    /// They were at a meeting that somebody of us wrote down.
    Meeting {},
    /// An agent or a program adds them.
    Hand {},
}

/// When somebody leaves a sequence before its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exits {
    /// The goal is reached.
    pub goal: bool,
    /// Their account is not in the segment any more.
    pub segment: bool,
    /// They wrote, or opened a conversation: a person goes on.
    pub wrote: bool,
    /// So many days after the start; 0 for never.
    pub days: i64,
}

/// What it says and when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// None of an announcement.
    pub trigger: Option<Trigger>,
    pub steps: Vec<Step>,
    /// What it is for, counted within so many days of becoming eligible.
    pub goal: Option<What>,
    pub goal_days: i64,
    pub exits: Exits,
    /// Whoever was through comes in again after so many days, if it begins for them once more;
    /// 0: never. What is about an order or a day begins anew with each of them anyway.
    pub again_days: i64,
}

/// The values that a message may put in, each with what it is.
pub fn variables(tx: &mut Tx, plan: &Plan) -> Result<Vec<templates::Variable>> {
    let nouns = ["contact.", "account.", "company."];
    let mut all = templates::vocabulary(tx)?;
    all.retain(|it| nouns.iter().any(|noun| it.name.starts_with(noun)));
    all.push(templates::Variable {
        name: suggests::NAME.to_owned(),
        label: "Up to three products that they may want next".to_owned(),
    });
    if matches!(plan.trigger, Some(Trigger::Order { .. })) {
        let of = [
            ("order.number", "The order's number"),
            ("order.total", "What the order cost"),
            ("order.url", "Where the customer sees the order"),
        ];
        all.extend(of.map(|it| templates::Variable { name: it.0.into(), label: it.1.into() }));
    }
    Ok(all)
}

impl Plan {
    /// As it may be kept: trimmed, and refused with the field that is wrong.
    pub(super) fn checked(mut self, tx: &mut Tx, kind: Kind, purpose: Purpose) -> Result<Self> {
        self.goal_days = if self.goal_days == 0 { 7 } else { self.goal_days };
        days("goal_days", self.goal_days)?;
        days("exits", self.exits.days)?;
        days("again_days", self.again_days)?;
        match (kind, &self.trigger) {
            (Kind::Announcement, _) => (self.trigger, self.again_days) = (None, 0),
            (_, None) => return Err(invalid("trigger", "Say when it begins.")),
            (_, Some(it)) => it.check()?,
        }
        if kind != Kind::Sequence {
            self.steps.retain(Step::speaks);
            self.steps.truncate(1);
        }
        if !self.steps.iter().any(Step::speaks) {
            return Err(invalid("steps", "It needs a message."));
        }
        if self.steps.len() > MOST_STEPS {
            return Err(invalid("steps", "A sequence has at most 20 steps."));
        }
        let known: Vec<String> = variables(tx, &self)?.into_iter().map(|it| it.name).collect();
        let count = self.steps.len() as i64;
        for it in &mut self.steps {
            it.check(&known, count)?;
        }
        if purpose == Purpose::Transactional && kind == Kind::Announcement {
            return Err(invalid(
                "purpose",
                "An announcement to many is marketing or service: nobody waits for it.",
            ));
        }
        Ok(self)
    }
}

fn days(field: &'static str, n: i64) -> Result<()> {
    match (0..=MOST_DAYS).contains(&n) {
        true => Ok(()),
        false => Err(invalid(field, "Write a number of days from 0 to 730.")),
    }
}

impl Trigger {
    fn check(&self) -> Result<()> {
        let steps = ["placed", "paid", "shipped", "delivered", "refunded", "cancelled"];
        let problem = match self {
            Self::Order { step } if !steps.contains(&step.as_str()) => {
                "An order is placed, paid, shipped, delivered, refunded or cancelled."
            }
            Self::Usage { event, .. } if event.trim().is_empty() => {
                "Name the event, as the product sends it."
            }
            Self::Usage { times, .. } if !(1..=1000).contains(times) => {
                "Write how many times, from 1 to 1000."
            }
            Self::Date { attribute, .. } if attribute.trim().is_empty() => {
                "Name the attribute that holds the date."
            }
            Self::Date { about, .. } if about != "contact" && about != "account" => {
                "The date is one of the contact or of the account."
            }
            Self::Date { days, .. } if days.abs() > MOST_DAYS => {
                "Write a number of days from -730 to 730."
            }
            Self::Inactive { days } if !(1..=MOST_DAYS).contains(days) => {
                "Write a number of days from 1 to 730."
            }
            _ => return Ok(()),
        };
        Err(invalid("trigger", problem))
    }

    /// As people read it.
    pub fn says(&self) -> String {
        match self {
            Self::Order { step } => format!("an order is {step}"),
            Self::Usage { event, times: 1 } => format!("they first do “{event}”"),
            Self::Usage { event, times } => format!("they do “{event}” {times} times"),
            Self::Segment {} => "their account enters the segment".to_owned(),
            Self::Date { attribute, days: 0, .. } => format!("the day of “{attribute}” comes"),
            Self::Date { attribute, days, .. } if *days < 0 => {
                format!("“{attribute}” is {} days ahead", -days)
            }
            Self::Date { attribute, days, .. } => format!("“{attribute}” was {days} days ago"),
            Self::Inactive { days } => format!("they were not seen for {days} days"),
            Self::Onboarding {} => "their onboarding begins".to_owned(),
            Self::Meeting {} => "they were at a meeting".to_owned(),
            Self::Hand {} => "somebody adds them".to_owned(),
        }
    }
}

impl Plan {
    /// Whether it is all shown on pages, so that nobody needs an address.
    pub fn is_on_page(&self) -> bool {
        self.steps.iter().filter(|it| it.speaks()).all(|it| matches!(it, Step::Show { .. }))
    }
}

impl Step {
    /// Whether it says something to a customer.
    pub fn speaks(&self) -> bool {
        self.variants().is_some()
    }

    /// What it says, in each language.
    pub fn variants(&self) -> Option<&[Variant]> {
        match self {
            Self::Send { variants } | Self::Show { variants, .. } => Some(variants),
            _ => None,
        }
    }

    fn check(&mut self, known: &[String], count: i64) -> Result<()> {
        match self {
            Self::Send { variants } => checked(variants, known),
            Self::Show { variants, link, label } => {
                (*link, *label) = (link.trim().to_owned(), fold::one_line(label, 60));
                if !link.is_empty() && (!link.starts_with("https://") || link.len() > 500) {
                    return Err(invalid("link", "Write an address that begins with https://."));
                }
                if label.is_empty() {
                    *label = "See it".to_owned();
                }
                checked(variants, known)
            }
            Self::Wait { days: n } | Self::WaitFor { days: n, .. } => {
                match (1..=MOST_DAYS).contains(n) {
                    true => Ok(()),
                    false => Err(invalid("steps", "A wait is from 1 to 730 days long.")),
                }
            }
            Self::Branch { yes, no, .. } => match (0..=count).contains(yes)
                && (0..=count).contains(no)
            {
                true => Ok(()),
                false => Err(invalid("steps", "A branch leads to a step that is there, or to 0.")),
            },
        }
    }
}

fn checked(variants: &mut Vec<Variant>, known: &[String]) -> Result<()> {
    variants.retain(|it| {
        !(it.subject.trim().is_empty() && it.text.trim().is_empty()) || it.language.is_empty()
    });
    variants.truncate(20);
    if !variants.iter().any(|it| it.language.trim().is_empty()) {
        return Err(invalid("text", "A message needs one text for every other language."));
    }
    for it in variants {
        it.language = crate::contacts::fields::language(&it.language)?;
        it.subject = fold::one_line(&it.subject, 200);
        it.text = fold::shorten(it.text.trim(), 20_000);
        if it.subject.is_empty() {
            return Err(invalid("subject", "Write a subject."));
        }
        if it.text.is_empty() {
            return Err(invalid("text", "Write what it says."));
        }
        templates::check_among(known, "subject", &it.subject, Form::Text)?;
        templates::check_among(known, "text", &it.text, Form::Text)?;
    }
    Ok(())
}

/// A sequence that welcomes new customers while their onboarding goes on: a start for one's own.
pub fn welcome() -> Plan {
    let send = |subject: &str, text: &str| Step::Send {
        variants: vec![Variant {
            language: String::new(),
            subject: subject.to_owned(),
            text: text.to_owned(),
        }],
    };
    let name = "{{ contact.first_name | default(\"there\") }}";
    Plan {
        trigger: Some(Trigger::Onboarding {}),
        steps: vec![
            send(
                "Welcome to {{ company.name }}",
                &format!(
                    "Hello {name},\n\nthank you for choosing {{{{ company.name }}}}. We have put the \
                     first steps for {{{{ account.name }}}} on a page of your own. If anything is in \
                     the way, answer this mail: a person reads it."
                ),
            ),
            Step::WaitFor { what: What::Onboarded, days: 5 },
            Step::Branch { what: What::Onboarded, yes: 0, no: 4 },
            send(
                "How is it going?",
                &format!(
                    "Hello {name},\n\nsome first steps are still open. What is in the way? Answer \
                     this mail and we take it from there."
                ),
            ),
        ],
        goal: Some(What::Onboarded),
        goal_days: 14,
        exits: Exits { goal: true, segment: false, wrote: true, days: 30 },
        again_days: 0,
    }
}
