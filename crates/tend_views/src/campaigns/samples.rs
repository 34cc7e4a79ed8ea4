//! Campaigns with sample data.

use tend_core::{
    agents::AgentId,
    campaigns::{
        Arm, Campaign, CampaignId, Enrolled, EnrolmentId, Failures, Kind, NewCampaign, Progress,
        Purpose, Shown, Standing, State, Undelivered, What,
        effect::{Effect, Measure, difference},
        slot::{Counts, Offer, Which},
        welcome,
    },
    contacts::ContactId,
    conversations::SendState,
    inboxes::InboxId,
    outreach::touches::Count,
    page::Page,
};

use super::{
    CampaignLine, CampaignPage, Composer, Offered, SlotPage, campaign_page, campaigns_page,
    choices_gone, composer_page, new_campaign_page, slot_page,
};
use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample, time::sample_ago},
};

fn campaign(name: &str, state: State) -> Campaign {
    let mut plan = welcome();
    plan.goal = Some(What::Ordered);
    Campaign {
        id: CampaignId::from_raw(7),
        name: name.into(),
        kind: Kind::Sequence,
        purpose: Purpose::Marketing,
        topic: String::new(),
        inbox_id: InboxId::from_raw(1),
        segment_id: None,
        owner_id: AgentId::from_raw(1),
        plan: serde_json::to_string(&plan).expect("is plain data"),
        holdout: 20,
        priority: 5,
        useless_after: 72,
        per_minute: 300,
        state,
        problem: String::new(),
        walked_to: 0,
        walked_at: None,
        minute: 0,
        in_minute: 0,
        looked: 1_240,
        created_at: sample_ago(20_000),
        changed_at: sample_ago(9_000),
        started_at: Some(sample_ago(9_000)),
        ended_at: None,
    }
}

fn progress() -> Progress {
    Progress {
        looked: 1_240,
        of: Some(4_000),
        waiting: 120,
        reached: 612,
        held_out: 158,
        refused: 350,
        messages: 940,
    }
}

fn effects() -> Vec<Effect> {
    let one = |measure, says: &str, a: (i64, i64), b: (i64, i64)| Effect {
        measure,
        says: says.into(),
        treated: a.1,
        treated_did: a.0,
        held_out: b.1,
        held_out_did: b.0,
        difference: difference((a.0 as u64, a.1 as u64), (b.0 as u64, b.1 as u64), 0.95),
        more: Some(1_900),
    };
    vec![
        one(Measure::Bought, "bought again", (92, 612), (9, 158)),
        one(Measure::Wrote, "opened a conversation", (40, 612), (12, 158)),
    ]
}

fn person(id: i64, name: &str, state: Standing, rule: &str) -> Enrolled {
    Enrolled {
        id: EnrolmentId::from_raw(id),
        contact_id: ContactId::from_raw(id),
        name: name.into(),
        arm: Arm::Treated,
        state,
        rule: rule.into(),
        step: 1,
        due_at: sample_ago(-300),
        made_at: sample_ago(900),
        sent: 1,
    }
}

fn whole() -> CampaignPage {
    CampaignPage {
        campaign: campaign("Welcome", State::Running),
        messages: vec![Shown {
            step: 1,
            subject: "Welcome".into(),
            text: "Hello Leila,\n\nthank you.".into(),
            problem: String::new(),
        }],
        audience: "Everybody".into(),
        progress: progress(),
        refused: vec![
            Count { rule: "consent".into(), count: 310 },
            Count { rule: "complaint".into(), count: 40 },
        ],
        slot: Counts { shown: 120, clicked: 31, dismissed: 44 },
        failures: Failures {
            count: 1,
            newest: vec![Undelivered {
                address: "old@alder.example".into(),
                state: SendState::Failed,
                answer: "550 5.1.1 No such mailbox".into(),
                settled_at: Some(sample_ago(300)),
            }],
        },
        effects: effects(),
        people: Page {
            items: vec![
                person(2, "Leila Haddad", Standing::Waiting, "quiet_hours"),
                person(3, "Rashid Karim", Standing::Refused, "complaint"),
            ],
            next: None,
        },
        rule: String::new(),
        is_further: false,
        may: true,
    }
}

fn slot() -> SlotPage {
    SlotPage {
        assets: "/assets/sample".into(),
        token: "sample".into(),
        offer: Some(Offer {
            which: Which { enrolment: EnrolmentId::from_raw(1), step: 0 },
            title: "Spring is here".into(),
            text: "New colours for everybody.\n\nUntil Sunday.".into(),
            link: "https://shop.example/spring".into(),
            label: "Look".into(),
        }),
    }
}

/// Every page of these.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let line = CampaignLine {
        campaign: campaign("Welcome", State::Running),
        progress: progress(),
        effect: effects().into_iter().next(),
    };
    let composer = Composer {
        campaign: Some(campaign("Welcome", State::Draft)),
        form: NewCampaign {
            name: "Welcome".into(),
            kind: Kind::Sequence,
            plan: welcome(),
            ..NewCampaign::default()
        },
        audience: 1_240,
        read_as: String::new(),
        messages: Vec::new(),
        held_back: None,
        dry_run: None,
        tested: false,
        problems: Problems::default(),
    };
    vec![
        sample("campaigns", campaigns_page(&frame, &[line], true, None)),
        sample("campaigns-none", campaigns_page(&frame, &[], true, None)),
        sample("campaign-new", new_campaign_page(&frame)),
        sample("campaign-composer", composer_page(&frame, &composer, &Offered::default())),
        sample("campaign", campaign_page(&frame, &whole())),
        sample("choices-gone", choices_gone("/assets/sample")),
        sample("campaign-slot", slot_page(&slot())),
    ]
}
