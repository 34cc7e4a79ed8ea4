//! The people and the matters of the demo. All of them are invented.

/// Name, address, role; the first one signs in.
pub const AGENTS: &[(&str, &str, &str)] = &[
    ("Maren Solberg", "maren@kestrel-climate.example", "admin"),
    ("Jonas Weidner", "jonas@kestrel-climate.example", "agent"),
    ("Tomás Ibarra", "tomas@kestrel-climate.example", "agent"),
    ("Priya Nair", "priya@kestrel-climate.example", "lead"),
];

pub const TAGS: &[&str] = &["firmware", "cold chain", "calibration", "billing", "delivery"];

/// Someone on the customer's side.
#[derive(Clone, Copy)]
pub struct Person {
    pub name: &'static str,
    pub email: &'static str,
    /// What they do there; empty for a consumer.
    pub title: &'static str,
    pub zone: &'static str,
    pub language: &'static str,
    pub phone: &'static str,
}

const fn person(
    name: &'static str,
    email: &'static str,
    title: &'static str,
    (zone, language): (&'static str, &'static str),
    phone: &'static str,
) -> Person {
    Person { name, email, title, zone, language, phone }
}

pub const PEOPLE: &[Person] = &[
    person(
        "Leila Haddad",
        "leila.haddad@alnoorcold.example",
        "Head of quality",
        ("Asia/Dubai", "ar"),
        "+971 4 555 0143",
    ),
    person(
        "Camille Roche",
        "camille.roche@pharmacieduport.example",
        "Pharmacist in charge",
        ("Europe/Paris", "fr"),
        "+33 4 91 55 01 87",
    ),
    person(
        "佐藤 美咲",
        "m.sato@okada-pharma.example",
        "Quality assurance",
        ("Asia/Tokyo", "ja"),
        "+81 3 5550 1422",
    ),
    person("Hannah Pryce", "hannah.pryce@gmail.com", "", ("Europe/London", "en"), ""),
    person(
        "Grzegorz Wójcik",
        "g.wojcik@muzeum-slaskie.example",
        "Conservator",
        ("Europe/Warsaw", "pl"),
        "",
    ),
    person(
        "Domenico Ferri",
        "amministrazione@cantinaferri.example",
        "Owner",
        ("Europe/Rome", "it"),
        "+39 0577 555 014",
    ),
    person(
        "Noah Feldman",
        "noah@harborview-greenhouses.example",
        "Head grower",
        ("America/New_York", "en"),
        "",
    ),
    person(
        "Astrid Lindqvist",
        "astrid.lindqvist@uppsala-biobank.example",
        "Laboratory manager",
        ("Europe/Stockholm", "sv"),
        "+46 18 555 01 90",
    ),
    person("Yusuf Demir", "yusuf@demirsut.example", "Logistics", ("Europe/Istanbul", "tr"), ""),
    person(
        "Thandiwe Mokoena",
        "t.mokoena@cape-vaccine.example",
        "Cold chain lead",
        ("Africa/Johannesburg", "en"),
        "+27 21 555 0116",
    ),
    person("Omar Haddad", "omar@alnoorcold.example", "IT", ("Asia/Dubai", "ar"), ""),
    person("Élodie Martin", "elodie.martin@orange.fr", "", ("Europe/Paris", "fr"), ""),
    person("Kenji Okada", "k.okada@okada-pharma.example", "Plant IT", ("Asia/Tokyo", "ja"), ""),
    person(
        "Ingrid Holm",
        "ingrid.holm@uppsala-biobank.example",
        "Sample logistics",
        ("Europe/Stockholm", "sv"),
        "",
    ),
    person(
        "Piotr Zieliński",
        "p.zielinski@muzeum-slaskie.example",
        "Purchasing",
        ("Europe/Warsaw", "pl"),
        "",
    ),
];

/// A company among the customers: domain, name, plan, probes, and which agent looks after it.
pub const COMPANIES: &[(&str, &str, &str, &str, usize)] = &[
    ("alnoorcold.example", "Al Noor Cold Chain", "Scale", "412", 0),
    ("pharmacieduport.example", "Pharmacie du Port", "Starter", "8", 1),
    ("okada-pharma.example", "岡田製薬 Okada Pharma", "Scale", "260", 0),
    ("muzeum-slaskie.example", "Muzeum Śląskie", "Team", "64", 3),
    ("cantinaferri.example", "Cantina Ferri", "Starter", "12", 2),
    ("harborview-greenhouses.example", "Harborview Greenhouses", "Team", "96", 1),
    ("uppsala-biobank.example", "Uppsala Biobank", "Scale", "180", 3),
    ("demirsut.example", "Demir Süt", "Team", "40", 2),
    ("cape-vaccine.example", "Cape Vaccine Store", "Scale", "220", 0),
];

/// Something that a customer writes about, and how it goes.
#[derive(Clone, Copy)]
pub struct Matter {
    pub subject: &'static str,
    pub asks: &'static str,
    pub notes: &'static str,
    pub answers: &'static str,
    pub thanks: &'static str,
    pub closes: &'static str,
    /// Of [`TAGS`].
    pub tag: usize,
}

pub const MATTERS: &[Matter] = &[
    Matter {
        subject: "Probes jump since the gateway update",
        asks: "Good morning,\n\nsince the update of last night our freezer at Jebel Ali shows jumps of 1.8 degrees every few minutes. Nothing was opened. Can you look at it?",
        notes: "The new version averages over 10 seconds instead of 60. The next one puts it back.",
        answers: "Thank you for the log, that saves us a day. I can see the jumps too. Until we know why, I have set those probes to alarm only after five minutes. Nothing is lost from the record.",
        thanks: "A quiet night at last, thank you. Will the record show the true values again before our audit?",
        closes: "Yes to both: the values in the record are true, and the update on Monday shows them calmly again.",
        tag: 0,
    },
    Matter {
        subject: "Where is my order?",
        asks: "Hello, I ordered two probes on Monday and was promised them for today. The tracking has not moved since Tuesday. Where are they?",
        notes: "The carrier lost a pallet in Leipzig. A second parcel can go today.",
        answers: "I am sorry for the wait. The carrier has lost the parcel, so I sent you a second one by courier today. It will be with you tomorrow before noon.",
        thanks: "It arrived at ten. Thank you for being so quick.",
        closes: "Lovely to hear. I hope they serve you well.",
        tag: 4,
    },
    Matter {
        subject: "Can two people sign the calibration log?",
        asks: "Our auditor asks that the curator and the conservator both sign each calibration. Is there a way to have two signatures?",
        notes: "Two signatures are in the plan for enterprise only; ask product whether we may switch it on.",
        answers: "There is: under Calibration, choose Signatures, and then Two people. Each signs with their own account, and the log shows both names and times.",
        thanks: "That is exactly what we needed. Does it work for the past as well?",
        closes: "For the past a second person can still countersign; the log then shows when that was.",
        tag: 2,
    },
    Matter {
        subject: "Invoice with the wrong VAT rate",
        asks: "The invoice of last month carries 22 percent, but for this device 10 percent would be right. Could you correct it?",
        notes: "Finance confirms: the device is listed under the reduced rate.",
        answers: "You are right, and I am sorry. The corrected invoice is on its way, and the difference goes back to your account within three days.",
        thanks: "Received both, grazie mille.",
        closes: "Thank you for telling us so kindly.",
        tag: 3,
    },
    Matter {
        subject: "Export of all readings for the auditors",
        asks: "The auditors want all readings of this year in one file, by next Wednesday. How do I get them?",
        notes: "More than 90 million rows; run it at night.",
        answers: "I have started the export for you. It holds every reading with its calibration and will be ready tomorrow morning; you get a link by mail.",
        thanks: "The file opens well. Could the times be in UTC?",
        closes: "They can: the second link has the same readings in UTC.",
        tag: 1,
    },
    Matter {
        subject: "Alarm at night although the door was shut",
        asks: "At 03:12 the alarm rang for refrigerator 2. The door was shut and the temperature was right when I came. What happened?",
        notes: "Battery of the probe at 9 percent; it restarts in the cold.",
        answers: "The probe restarted because its battery is almost empty, and the pause looked like an open door. A new battery is in the post, and until then I set the alarm to wait two minutes.",
        thanks: "The battery is in and it is quiet. Merci.",
        closes: "Good. I let you know before the next one runs low.",
        tag: 1,
    },
    Matter {
        subject: "Thresholds for freezers at minus 70",
        asks: "We have taken two freezers for vaccines into use that run at minus 70. Which thresholds do you advise?",
        notes: "Use the ones from the guideline of 2025.",
        answers: "For these vaccines: warn at minus 62, alarm at minus 60, and after more than 15 minutes. I have set them so for both freezers; please look over it.",
        thanks: "They match our procedure. Thank you.",
        closes: "Then I leave them so. Good luck with the new freezers.",
        tag: 1,
    },
    Matter {
        subject: "Gateway offline every night",
        asks: "Our gateway in the basement goes offline at two every night and comes back at half past. The readings arrive later, but the night staff get an alarm each time. What can we do?",
        notes: "Their Wi-Fi controller restarts at 02:00; ask for a cable or another channel.",
        answers: "It loses your Wi-Fi at two, when the access points restart to update. The readings are kept in the gateway, so nothing is lost. A network cable ends it; until then I let the alarm wait for forty minutes.",
        thanks: "We have laid a cable today. It stayed online all night.",
        closes: "Good to see. I have set the alarm back to five minutes.",
        tag: 0,
    },
    Matter {
        subject: "A colleague has left: who gets the alarms?",
        asks: "Our night technician left on Friday and all alarms still go to his phone. How do I give them to the new one?",
        notes: "Alarm chains are under People; the old number was still first.",
        answers: "Under People, open the old entry and choose Hand over. The new colleague takes the same place in each alarm chain, and a test call goes out at once.",
        thanks: "Done, the test call came within a minute.",
        closes: "Then the chain is closed again. I have removed the old number.",
        tag: 1,
    },
    Matter {
        subject: "Calibration certificate for two probes",
        asks: "For our audit I need the calibration certificates of the probes 0x4F and 0x52. I can only find the ones of last year.",
        notes: "New certificates came from the laboratory on Tuesday, not filed yet.",
        answers: "Both probes were calibrated in September; their certificates were not filed yet. I have put them with the probes now, and you can download them there.",
        thanks: "Found both, many thanks.",
        closes: "All the best for the audit.",
        tag: 2,
    },
];
