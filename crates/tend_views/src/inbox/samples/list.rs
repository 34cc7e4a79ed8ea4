use tend_core::{
    accounts::AccountId,
    agents::AgentId,
    contacts::ContactId,
    conversations::{
        Category, ConversationId, Priority,
        list::{Line, Tagged},
    },
    inboxes::InboxId,
};

use crate::parts::time::sample_ago;

struct Seed {
    who: &'static str,
    account: &'static str,
    subject: &'static str,
    says: &'static str,
    by: &'static str,
    ago: i64,
    waits: Option<i64>,
    category: Category,
    priority: Priority,
    assignee: Option<&'static str>,
    unread: bool,
}

const PLAIN: Seed = Seed {
    who: "",
    account: "",
    subject: "",
    says: "",
    by: "inbound",
    ago: 0,
    waits: None,
    category: Category::Open,
    priority: Priority::Normal,
    assignee: Some("Maren Solberg"),
    unread: false,
};

#[rustfmt::skip]
const SEEDS: &[Seed] = &[
    Seed { who: "Camille Roche", account: "Pharmacie du Port", subject: "Alarme de température à 03:12, frigo 2", says: "Bonjour, l’alarme s’est déclenchée deux fois cette nuit et personne n’a répondu", ago: 435, waits: Some(1_700), category: Category::New, priority: Priority::Urgent, assignee: None, unread: true, ..PLAIN },
    Seed { who: "Leila Haddad", account: "Al Noor Cold Chain", subject: "Probes jump since the gateway update", says: "The Jebel Ali freezer now shows ±1.8° within a minute", ago: 77, waits: Some(77), priority: Priority::High, ..PLAIN },
    Seed { who: "佐藤 美咲", account: "岡田製薬", subject: "校正証明書の再発行について", says: "先月お送りいただいた証明書の型番に誤りがありました。", ago: 89, waits: Some(89), unread: true, ..PLAIN },
    Seed { who: "Hannah Pryce", account: "", subject: "Where is my order?", says: "It was to be here on Monday", ago: 2, waits: Some(2), assignee: Some("Jonas Weidner"), ..PLAIN },
    Seed { who: "Grzegorz Wójcik", account: "Muzeum Śląskie", subject: "Can two people sign the calibration log?", says: "Our auditor asks that the curator and the conservator both sign each entry", ago: 104, waits: Some(300), ..PLAIN },
    Seed { who: "Domenico Ferri", account: "Cantina Ferri", subject: "Fattura di ottobre, aliquota IVA sbagliata", says: "Buongiorno Domenico, ho chiesto alla contabilità di rifarla", by: "outbound", ago: 1_200, category: Category::WaitingCustomer, ..PLAIN },
    Seed { who: "Noah Feldman", account: "Harborview Greenhouses", subject: "Humidity sensor for a propagation bench", says: "That is exactly what I needed, thank you both.", ago: 1_300, ..PLAIN },
    Seed { who: "Astrid Lindqvist", account: "Uppsala Biobank", subject: "Export all readings of 2026 for the auditors", says: "The export is running, I will send the link on Monday", by: "outbound", ago: 2_600, category: Category::Snoozed, ..PLAIN },
    Seed { who: "ليلى منصوري", account: "شركة النور", subject: "جهاز الاستشعار الثاني لا يعمل", says: "مرحباً، الجهاز الثاني لا يرسل القراءات منذ أمس", ago: 2_900, waits: Some(2_900), ..PLAIN },
    Seed { who: "Thandiwe Mokoena", account: "Cape Vaccine Store", subject: "Thresholds for -70° freezers", says: "Set them to their SOP, please look at Freezer 4", by: "note", ago: 4_000, category: Category::WaitingThirdParty, priority: Priority::Low, ..PLAIN },
    Seed { who: "noreply@status.example", account: "", subject: "", says: "All systems are back", ago: 5_000, category: Category::Resolved, assignee: None, ..PLAIN },
];

pub fn lines() -> Vec<Tagged> {
    SEEDS.iter().zip(1..).map(|(it, id)| Tagged { line: line(id, it), tags: Vec::new() }).collect()
}

fn line(id: i64, it: &Seed) -> Line {
    let is_company = !it.account.is_empty();
    Line {
        id: ConversationId::from_raw(id),
        number: 10_480 + id,
        subject: it.subject.into(),
        inbox_id: InboxId::from_raw(1),
        contact_id: ContactId::from_raw(id),
        contact: it.who.into(),
        account_id: AccountId::from_raw(id),
        account: if is_company { it.account } else { it.who }.into(),
        account_kind: if is_company { "company" } else { "person" }.into(),
        assignee_id: it.assignee.map(|_| AgentId::from_raw(1)),
        assignee: it.assignee.map(Into::into),
        team_id: None,
        status: it.category.label().into(),
        category: it.category,
        priority: it.priority,
        waiting_since: it.waits.map(sample_ago),
        snoozed_until: (it.category == Category::Snoozed).then(|| sample_ago(-(60 * 72 - 91))),
        preview: it.says.into(),
        preview_by: it.by.into(),
        message_count: 4,
        attachment_count: i64::from(id == 2),
        opened_at: sample_ago(it.ago + 900),
        last_message_at: sample_ago(it.ago),
        is_unread: it.unread,
    }
}
