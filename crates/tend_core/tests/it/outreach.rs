//! The ledger of what reaches customers, pauses, and what customers agreed to.

use tend_core::{
    contacts,
    customers::Choices,
    outreach::{
        Channel, Kind,
        consents::{self, How, MARKETING},
        pauses::{self, Why},
        touches::{self, What},
    },
};
use tend_testkit::Tend;

use crate::lists::write;

#[test]
fn the_ledger_goes_along_when_two_become_one_and_back() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let of = |conversation| {
            t.db.read(|tx| tend_core::conversations::find(tx, conversation))
                .expect("exists")
                .contact_id
        };
        let from = of(t.writes(&inbox, "carol@x.example", "One", "first"));
        let into = of(t.writes(&inbox, "carol@y.example", "Two", "second"));
        write(&t, move |tx| {
            let what = What { contact: from, kind: Kind::Survey, topic: "nps", source: 7 };
            touches::record(tx, what, Channel::Mail)?;
            touches::refuse(tx, what, "frequency", "1 day since the last survey")?;
            pauses::begin(tx, from, Why::LowScore, 9)?;
            pauses::begin(tx, from, Why::LowScore, 9)?;
            consents::set(tx, from, MARKETING, true, How::Page)?;
            consents::set(tx, from, MARKETING, false, How::OneClick)
        });
        let known = |contact| {
            t.db.read(|tx| {
                let since = jiff::Timestamp::UNIX_EPOCH;
                Ok::<_, tend_core::Error>((
                    touches::of_contact(tx, contact, since)?.len(),
                    touches::refused_of(tx, contact, since)?.len(),
                    pauses::open(tx, contact)?.len(),
                    consents::given(tx, contact, MARKETING)?,
                ))
            })
            .expect("reads")
        };
        assert_eq!(known(from), (1, 1, 1, Some(false)));
        let me = t.me(lead.id);
        let merge = write(&t, move |tx| contacts::merge(tx, &me, from, into, &Choices::default()));
        assert_eq!((known(from), known(into)), ((0, 0, 0, None), (1, 1, 1, Some(false))));
        let me = t.me(lead.id);
        write(&t, move |tx| contacts::unmerge(tx, &me, merge));
        assert_eq!((known(from), known(into)), ((1, 1, 1, Some(false)), (0, 0, 0, None)));
        write(&t, |tx| pauses::end(tx, Why::LowScore, 9));
        assert_eq!(known(from).2, 0);
        let said = write(&t, move |tx| consents::set(tx, from, MARKETING, false, How::Page));
        assert!(!said, "the same said twice is nothing new");
        let counted = t.db.read(|tx| touches::refused_by(tx, 7, jiff::Timestamp::UNIX_EPOCH));
        let counted = counted.expect("counts");
        assert_eq!((counted[0].rule.as_str(), counted[0].count), ("frequency", 1));
    });
}
