//! What customers are likely to want next.

use anyhow::Result;
use jiff::SignedDuration;
use tend_core::{
    contacts::{self, IdentityKind},
    recommend::{self, Lesson, Place},
};
use tend_stats::random::Random;
use tend_store::Tx;

use super::{Next, World};
use crate::demo::{Teller, said};

/// What the worker does at night, done once.
pub fn learn(teller: &Teller) -> Result<()> {
    let lesson = teller.db.read(lesson).map_err(said)?;
    let learned = recommend::learn(&lesson);
    teller.write(move |tx| {
        while recommend::forget(tx)? {}
        let id = recommend::begin(tx, &learned)?;
        recommend::write(tx, id, &learned.parts)?;
        recommend::publish(tx, id)
    })
}

fn lesson(tx: &mut Tx) -> tend_core::Result<Lesson> {
    let since = tx.now() - SignedDuration::from_hours(24 * recommend::LONGEST_DAYS);
    let mut lesson = Lesson::default();
    lesson.add(&recommend::purchases(tx, since, 0)?);
    Ok(lesson)
}

/// An agent sees what somebody is likely to want, and now and then puts it into an answer.
pub fn show(
    tx: &mut Tx,
    world: &World,
    day: usize,
    random: &mut Random,
) -> tend_core::Result<Next> {
    let me = world.me(tx, 1 + day % 3)?;
    let who = &world.buyers[random.below(world.buyers.len())];
    let Some(contact) = contacts::by_identity(tx, IdentityKind::Email, &who.email)? else {
        return Ok(Next::new());
    };
    let Some(it) = recommend::of_contact(tx, &me, contact, 3)? else { return Ok(Next::new()) };
    let products: Vec<_> = it.items.iter().map(|it| it.offer.id).collect();
    let place = Place::Conversation;
    recommend::saw(tx, &me, contact, place, it.version.id, it.arm, &products)?;
    if let Some(first) = products.first().filter(|_| random.unit() < 0.3) {
        recommend::click(tx, &me, contact, *first)?;
    }
    Ok(Next::new())
}
