//! How accounts fare, and what is learned of it, on both databases.

mod judging;
mod learning;
mod profiles;
mod snapshots;

use jiff::SignedDuration;
use tend_core::{
    Error, Result,
    accounts::{self, AccountId, NewAccount},
    agents::{AgentId, Me},
    book::{self, StageId},
    health::{self, Document, Kind, Measure, Snapshot, Weighed},
    money::subscriptions::{self, NewSubscription, Terms},
};
use tend_testkit::Tend;

/// Short ways to say what these tests say often.
pub trait Fares {
    fn today(&self) -> i64;
    fn days(&self, days: i64);
    /// Who may do everything here.
    fn lead(&self) -> Me;
    fn company(&self, by: &Me, name: &str, owner: Option<AgentId>) -> AccountId;
    /// Pays so much a year, in cents, from a day on.
    fn pays(&self, by: &Me, id: AccountId, a_year: i64, from: i64)
    -> subscriptions::SubscriptionId;
    fn stage(&self, by: &Me, id: AccountId, name: &str);
    fn stage_id(&self, name: &str) -> StageId;
    /// Writes the snapshots of today.
    fn snapshots(&self) -> usize;
    fn all_of(&self, id: AccountId) -> Vec<Snapshot>;
    /// The profile for everybody says this and nothing else.
    fn looks_at(&self, by: &Me, measures: Vec<Weighed>);
}

impl Fares for Tend {
    fn today(&self) -> i64 {
        self.read(|tx| Ok(health::today(tx)))
    }

    fn days(&self, days: i64) {
        self.pass(SignedDuration::from_hours(24 * days));
    }

    fn lead(&self) -> Me {
        let lead = self.agent_as("Lena", "admin");
        self.write(|tx| {
            book::first_stages(tx)?;
            health::first_profile(tx)
        });
        lead
    }

    fn company(&self, by: &Me, name: &str, owner: Option<AgentId>) -> AccountId {
        let new = NewAccount { name: name.to_owned(), owner, ..NewAccount::default() };
        let by = by.clone();
        self.write(move |tx| accounts::create(tx, &by, &new))
    }

    fn pays(
        &self,
        by: &Me,
        id: AccountId,
        a_year: i64,
        from: i64,
    ) -> subscriptions::SubscriptionId {
        let new = NewSubscription {
            account: id,
            product: None,
            plan: "Team".to_owned(),
            currency: "EUR".parse().expect("a currency"),
            terms: Terms { quantity: 1, price: a_year, months: 12 },
            start: from,
            term_months: 12,
            renewal: None,
            auto_renew: true,
            external_id: None,
        };
        let by = by.clone();
        self.write(move |tx| subscriptions::add(tx, &by, &new))
    }

    fn stage(&self, by: &Me, id: AccountId, name: &str) {
        let (by, to) = (by.clone(), self.stage_id(name));
        self.write(move |tx| book::set_stage(tx, &by, id, Some(to)));
    }

    fn stage_id(&self, name: &str) -> StageId {
        let all = self.read(book::stages);
        all.into_iter().find(|it| it.name == name).expect("there is such a stage").id
    }

    fn snapshots(&self) -> usize {
        self.write(|tx| {
            let day = health::today(tx);
            health::snapshot_day(tx, day)
        })
    }

    fn all_of(&self, id: AccountId) -> Vec<Snapshot> {
        self.read(|tx| health::history(tx, id, 0))
    }

    fn looks_at(&self, by: &Me, measures: Vec<Weighed>) {
        let by = by.clone();
        self.write(move |tx| {
            let all = health::profiles(tx)?;
            let default = all.into_iter().find(|it| it.is_default).expect("there is one");
            let document = Document { measures: measures.clone(), ..default.document };
            health::save_profile(tx, &by, Some(default.id), &document)
        });
    }
}

/// A measure with a weight, as one might begin.
pub fn weighed(kind: Kind, weight: f64) -> Weighed {
    Weighed::of(Measure::of(kind), weight)
}

/// An attribute with a weight, from 0 to 10.
pub fn attribute(name: &str, weight: f64) -> Weighed {
    Weighed::of(Measure::attribute(name), weight)
}

/// Why something was refused, in one text.
pub fn why<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "It was allowed.".to_owned(),
        Err(Error::Invalid(all)) => {
            let each = all.iter().map(|it| format!("{}: {}", it.field, it.problem));
            each.collect::<Vec<_>>().join(" ")
        }
        Err(Error::Refused(why)) => why.into_owned(),
        Err(error) => format!("{error:?}"),
    }
}
