//! A test of an account in words.

use tend_store::Tx;

use super::condition::{AccountTest, Ahead, AnyValue};
use crate::{
    Result,
    attributes::About,
    views::{
        Compare,
        sentence::{among, attribute, compare, groups, names, tagged, text, time_of, who},
    },
};

pub(super) fn test(tx: &mut Tx, it: &AccountTest) -> Result<String> {
    use AccountTest as T;
    Ok(match it {
        T::Name(it) => text("the name", it),
        T::Owner(is, of) => among("owned by", *is, who(tx, of)?),
        T::Team(is, of) => among("owned in", *is, groups(tx, of)?),
        T::Stage(is, of) => {
            among("the stage is", *is, names(tx, "SELECT name FROM stages WHERE id = $1", of)?)
        }
        T::Means(is, of) => {
            let names = of.iter().map(|it| it.label().to_lowercase()).collect();
            among("the stage means", *is, names)
        }
        T::Tag(is, of) => tagged(tx, *is, of)?,
        T::Parent(is, of) => {
            among("a part of", *is, names(tx, "SELECT name FROM accounts WHERE id = $1", of)?)
        }
        T::HasParent(true) => "a part of another account".to_owned(),
        T::HasParent(false) => "a part of no other account".to_owned(),
        T::Number(what, it) => format!("{} {}", what_of(*what), compare(*it)),
        T::Renewal(it) => match it {
            Ahead::Within(days) => format!("renewing within {days} days"),
            Ahead::Beyond(days) => format!("renewing later than in {days} days"),
            Ahead::Past => "with a renewal that is over".to_owned(),
            Ahead::Set => "with a day of renewal".to_owned(),
            Ahead::NotSet => "without a day of renewal".to_owned(),
        },
        T::Created(it) => time_of("made", *it),
        T::LastTouch(it) => time_of("last touched", *it),
        T::LastUsed(it) => time_of("last used", *it),
        T::Usage(it) => {
            let times = match it.times {
                Compare::Is(n) => format!("{n} times"),
                Compare::AtLeast(n) => format!("at least {n} times"),
                Compare::AtMost(n) => format!("at most {n} times"),
            };
            format!("with “{}” {times} in {} days", it.event, it.days)
        }
        T::Role(is, of) => {
            let names = of.iter().map(|it| it.label().to_lowercase()).collect();
            among("with a key person who is", *is, names)
        }
        T::PersonLeft(yes) => said(*yes, "a key person who left"),
        T::PersonSilent(yes) => said(*yes, "a key person who fell silent"),
        T::Segment(is, of) => {
            among("in", *is, names(tx, "SELECT name FROM segments WHERE id = $1", of)?)
        }
        T::Attribute(name, it) => attribute(tx, About::Account, name, it)?,
    })
}

fn said(yes: bool, what: &str) -> String {
    format!("{} {what}", if yes { "with" } else { "without" })
}

fn what_of(it: AnyValue) -> &'static str {
    match it {
        AnyValue::Arr => "what it pays a year",
        AnyValue::Open => "the number of open conversations",
        AnyValue::Contacts => "the number of people",
        AnyValue::Trend => "the change of usage in per cent",
        AnyValue::InStage => "the number of days in its stage",
        AnyValue::Overdue => "the number of overdue tasks",
        AnyValue::Risk => "the money at risk",
        AnyValue::Leaving => "the probability of leaving in per cent",
        AnyValue::LeavingForetold => "the foretold probability of leaving in per cent",
        AnyValue::RuleScore => "the rule score",
        AnyValue::Late => "the number of late invoices",
        AnyValue::Products => "the number of products that it pays for",
    }
}
