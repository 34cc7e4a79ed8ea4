//! The people and the matters of the demo. All of them are invented.

/// Name, address, role; the first one signs in.
pub const AGENTS: &[(&str, &str, &str)] = &[
    ("Maren Solberg", "maren@kestrel-climate.example", "admin"),
    ("Jonas Weidner", "jonas@kestrel-climate.example", "agent"),
    ("Tomás Ibarra", "tomas@kestrel-climate.example", "agent"),
    ("Priya Nair", "priya@kestrel-climate.example", "lead"),
];

pub const TAGS: &[&str] = &["firmware", "cold chain", "calibration", "billing", "delivery"];

/// Name and address.
pub const PEOPLE: &[(&str, &str)] = &[
    ("Leila Haddad", "leila.haddad@alnoorcold.example"),
    ("Camille Roche", "camille.roche@pharmacieduport.example"),
    ("佐藤 美咲", "m.sato@okada-pharma.example"),
    ("Hannah Pryce", "hannah.pryce@gmail.com"),
    ("Grzegorz Wójcik", "g.wojcik@muzeum-slaskie.example"),
    ("Domenico Ferri", "amministrazione@cantinaferri.example"),
    ("Noah Feldman", "noah@harborview-greenhouses.example"),
    ("Astrid Lindqvist", "astrid.lindqvist@uppsala-biobank.example"),
    ("Yusuf Demir", "yusuf@demirsut.example"),
    ("Thandiwe Mokoena", "t.mokoena@cape-vaccine.example"),
    ("Omar Haddad", "omar@alnoorcold.example"),
    ("Élodie Martin", "elodie.martin@orange.fr"),
    ("Kenji Okada", "k.okada@okada-pharma.example"),
    ("Ingrid Holm", "ingrid.holm@uppsala-biobank.example"),
    ("Piotr Zieliński", "p.zielinski@muzeum-slaskie.example"),
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
}

pub const MATTERS: &[Matter] = &[
    Matter {
        subject: "Probes jump since the gateway update",
        asks: "Good morning,\n\nsince the update of last night our freezer at Jebel Ali shows jumps of 1.8 degrees every few minutes. Nothing was opened. Can you look at it?",
        notes: "The new version averages over 10 seconds instead of 60. The next one puts it back.",
        answers: "Thank you for the log, that saves us a day. I can see the jumps too. Until we know why, I have set those probes to alarm only after five minutes. Nothing is lost from the record.",
        thanks: "A quiet night at last, thank you. Will the record show the true values again before our audit?",
        closes: "Yes to both: the values in the record are true, and the update on Monday shows them calmly again.",
    },
    Matter {
        subject: "Where is my order?",
        asks: "Hello, I ordered two probes on Monday and was promised them for today. The tracking has not moved since Tuesday. Where are they?",
        notes: "The carrier lost a pallet in Leipzig. A second parcel can go today.",
        answers: "I am sorry for the wait. The carrier has lost the parcel, so I sent you a second one by courier today. It will be with you tomorrow before noon.",
        thanks: "It arrived at ten. Thank you for being so quick.",
        closes: "Lovely to hear. I hope they serve you well.",
    },
    Matter {
        subject: "Can two people sign the calibration log?",
        asks: "Our auditor asks that the curator and the conservator both sign each calibration. Is there a way to have two signatures?",
        notes: "Two signatures are in the plan for enterprise only; ask product whether we may switch it on.",
        answers: "There is: under Calibration, choose Signatures, and then Two people. Each signs with their own account, and the log shows both names and times.",
        thanks: "That is exactly what we needed. Does it work for the past as well?",
        closes: "For the past a second person can still countersign; the log then shows when that was.",
    },
    Matter {
        subject: "Invoice with the wrong VAT rate",
        asks: "The invoice of last month carries 22 percent, but for this device 10 percent would be right. Could you correct it?",
        notes: "Finance confirms: the device is listed under the reduced rate.",
        answers: "You are right, and I am sorry. The corrected invoice is on its way, and the difference goes back to your account within three days.",
        thanks: "Received both, grazie mille.",
        closes: "Thank you for telling us so kindly.",
    },
    Matter {
        subject: "Export of all readings for the auditors",
        asks: "The auditors want all readings of this year in one file, by next Wednesday. How do I get them?",
        notes: "More than 90 million rows; run it at night.",
        answers: "I have started the export for you. It holds every reading with its calibration and will be ready tomorrow morning; you get a link by mail.",
        thanks: "The file opens well. Could the times be in UTC?",
        closes: "They can: the second link has the same readings in UTC.",
    },
    Matter {
        subject: "Alarm at night although the door was shut",
        asks: "At 03:12 the alarm rang for refrigerator 2. The door was shut and the temperature was right when I came. What happened?",
        notes: "Battery of the probe at 9 percent; it restarts in the cold.",
        answers: "The probe restarted because its battery is almost empty, and the pause looked like an open door. A new battery is in the post, and until then I set the alarm to wait two minutes.",
        thanks: "The battery is in and it is quiet. Merci.",
        closes: "Good. I let you know before the next one runs low.",
    },
    Matter {
        subject: "Thresholds for freezers at minus 70",
        asks: "We have taken two freezers for vaccines into use that run at minus 70. Which thresholds do you advise?",
        notes: "Use the ones from the guideline of 2025.",
        answers: "For these vaccines: warn at minus 62, alarm at minus 60, and after more than 15 minutes. I have set them so for both freezers; please look over it.",
        thanks: "They match our procedure. Thank you.",
        closes: "Then I leave them so. Good luck with the new freezers.",
    },
];
