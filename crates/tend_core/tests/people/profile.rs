use tend_core::agents::{
    self,
    profile::{self, NotifyBy, Occasion, Profile, Ways, WorkingHours},
};
use tend_testkit::Tend;

use crate::{People, why};

fn hours(monday: &[(u16, u16)]) -> WorkingHours {
    let mut hours = WorkingHours::default();
    hours.days[0] = monday.to_vec();
    hours
}

#[test]
fn a_profile_is_kept_with_a_clean_signature() {
    Tend::on_both(|t| {
        let anna = t.with("anna", "viewer");
        let (me, id) = (anna.clone(), anna.id);
        let new = Profile {
            name: " Anna Berg ".to_owned(),
            signature_html: "<p>Anna<script>x()</script></p>".to_owned(),
            time_zone: "Asia/Tokyo".to_owned(),
            working_hours: hours(&[(540, 720), (780, 1020)]),
            away: true,
        };
        t.write(move |tx| profile::change(tx, &me, &new));
        let kept = t.db.read(move |tx| agents::find(tx, id)).expect("is there");
        assert_eq!(kept.name, "Anna Berg");
        assert_eq!(kept.signature_html, "<p>Anna</p>");
        assert_eq!((kept.time_zone.as_str(), kept.away), ("Asia/Tokyo", true));
        let (kept, _) = t.db.read(move |tx| profile::choices(tx, id)).expect("is there");
        assert_eq!(kept, hours(&[(540, 720), (780, 1020)]));
    });
}

#[test]
fn hours_that_overlap_or_end_before_they_begin_are_refused() {
    for bad in [&[(540, 540)][..], &[(600, 540)], &[(0, 1441)], &[(540, 720), (700, 800)]] {
        assert!(why(hours(bad).check()).contains("Working hours"), "{bad:?}");
    }
    assert!(hours(&[(0, 720), (720, 1440)]).check().is_ok());
}

#[test]
fn what_an_agent_chose_is_how_they_are_told() {
    Tend::on_both(|t| {
        let anna = t.with("anna", "viewer");
        let (_, before) = t.db.read(move |tx| profile::choices(tx, anna.id)).expect("is there");
        assert!(before.ways(Occasion::Assigned).app);
        let mut new = NotifyBy::default();
        let by_mail = Ways { app: false, push: false, mail: true };
        new.0.insert(Occasion::Mentioned, by_mail);
        let me = anna.clone();
        t.write(move |tx| profile::notify_by(tx, &me, &new));
        let (_, after) = t.db.read(move |tx| profile::choices(tx, anna.id)).expect("is there");
        assert_eq!(after.ways(Occasion::Mentioned), by_mail);
        assert!(after.ways(Occasion::Assigned).push);
    });
}
