//! What lies on the desk now: the last days of the story, each matter as it stands.

/// What happens in a matter, one after another. Agents are numbers in `AGENTS`.
#[derive(Clone, Copy)]
pub enum Then {
    Tag(usize),
    Urgent,
    High,
    /// By whom, to whom.
    Assign(usize, usize),
    /// By whom, what, and whom it names.
    Note(usize, &'static str, Option<usize>),
    /// By whom, what.
    Answer(usize, &'static str),
    /// What the customer writes next.
    Asks(&'static str),
    /// To the team of this name.
    Team(&'static str),
    /// At the status that the company made.
    Workshop,
    /// Until so many hours from the end of the story.
    Snooze(i64),
    SnoozeUntilReply,
    /// The first agent began this and has not sent it.
    Draft(&'static str),
    /// The first agent has looked at it.
    Seen,
    /// So many minutes pass.
    Wait(i64),
}
use Then::{
    Answer, Asks, Assign, Draft, High, Note, Seen, Snooze, SnoozeUntilReply, Tag, Team, Urgent,
    Wait, Workshop,
};

/// A matter that is open.
pub struct Open {
    /// How many minutes before now it begins.
    pub ago: i64,
    /// A number in `PEOPLE`.
    pub who: usize,
    pub by_chat: bool,
    pub subject: &'static str,
    pub asks: &'static str,
    pub then: &'static [Then],
}

/// From the oldest to the newest.
pub const OPEN: &[Open] = &[
    Open {
        ago: 3_900,
        who: 9,
        by_chat: false,
        subject: "Thresholds for -70° freezers",
        asks: "Hello,\n\nwe have taken two more freezers at minus 70 into use. Are the thresholds of the first two right for them as well?\n\nThandiwe",
        then: &[
            Tag(1),
            Wait(50),
            Answer(
                0,
                "Dear Thandiwe,\n\nthey are. I have set them to your SOP: warn at minus 62, alarm at minus 60, after fifteen minutes. Please look over it and tell me if you want it otherwise.\n\nMaren",
            ),
            Seen,
        ],
    },
    Open {
        ago: 3_400,
        who: 8,
        by_chat: false,
        subject: "Second SIM card for the delivery van",
        asks: "Merhaba, aracımız için ikinci bir SIM kart istiyoruz. The van now drives to Bulgaria twice a week and the logger is silent there. Can you send one that works in both countries?",
        then: &[
            Tag(4),
            Wait(90),
            Assign(3, 2),
            Note(
                2,
                "The roaming card of the new supplier covers both. Two are in the cupboard.",
                None,
            ),
            Wait(20),
            Answer(
                2,
                "Dear Yusuf, one card can do both. I send it today; put it in while the van is parked and the logger shows two green lights.",
            ),
            Wait(1_300),
            Asks(
                "It came this morning, teşekkürler. The second light stays yellow, though. Is that how it should be?",
            ),
        ],
    },
    Open {
        ago: 3_100,
        who: 11,
        by_chat: false,
        subject: "Retour d’une sonde",
        asks: "Bonjour, la sonde de ma cave à vin affiche 4° de trop depuis une semaine. Est-elle encore sous garantie ?",
        then: &[
            Tag(2),
            Wait(70),
            Answer(
                1,
                "Bonjour Madame Martin, elle l’est, et nous la remplaçons. Une étiquette pour le retour est jointe à votre commande ; la nouvelle sonde part dès que l’ancienne est à l’atelier.",
            ),
            Wait(900),
            Asks("Merci, elle est partie ce matin."),
            Wait(30),
            Team("Field service"),
            Workshop,
        ],
    },
    Open {
        ago: 2_900,
        who: 0,
        by_chat: false,
        subject: "Probes jump since the gateway update",
        asks: "Good morning Maren,\n\nsince the gateways took the update on Tuesday night, probes 7 to 12 at Jebel Ali jump by 1.8 degrees every few minutes. Nothing was opened. Could you look at it before our auditor does?\n\nشكراً\nLeila",
        then: &[
            Tag(0),
            Tag(1),
            High,
            Wait(44),
            Assign(3, 0),
            Wait(30),
            Answer(
                0,
                "Dear Leila,\n\nthank you for the log, that saves us a day. I can see the jumps too. Until we know why, I have set those six probes to alarm only after five minutes, so your night staff is left in peace. Nothing is lost from the record.\n\nMaren",
            ),
            Wait(1_200),
            Note(
                1,
                "Found it: 4.2.1 averages over 10 s instead of 60. 4.2.2 puts it back and leaves on Monday. @Maren please offer to hold their gateways at 4.1 until then.",
                Some(0),
            ),
            Wait(70),
            Asks(
                "A quiet night at last, شكراً Maren. But our auditor comes on 2 December. Can you write down what happened, and will the record show the true values again before then?",
            ),
            Seen,
            Draft(
                "Dear Leila,\n\nyes to both. The update shortened the averaging from 60 to 10 seconds; the values are true, only noisier. Version 4.2.2 on Monday puts it back,",
            ),
        ],
    },
    Open {
        ago: 2_700,
        who: 7,
        by_chat: false,
        subject: "Export of all readings of 2026 for the auditors",
        asks: "Hello, our auditors want every reading of this year in one file, by Wednesday next week. How do I get them?",
        then: &[
            Tag(1),
            Wait(35),
            Answer(
                0,
                "Dear Astrid, the export is running. It holds every reading with its calibration, and I write to you as soon as it is done.",
            ),
            Seen,
            Snooze(22),
        ],
    },
    Open {
        ago: 2_300,
        who: 5,
        by_chat: false,
        subject: "Fattura di ottobre, aliquota IVA sbagliata",
        asks: "Buongiorno, la fattura di ottobre riporta il 22% di IVA, ma per questo apparecchio spetta il 10%. Potete correggerla?",
        then: &[
            Tag(3),
            Wait(60),
            Answer(
                3,
                "Buongiorno Domenico, ha ragione e mi scuso. Ho chiesto a chi tiene i conti di rifare la fattura; le scrivo appena è pronta.",
            ),
        ],
    },
    Open {
        ago: 1_900,
        who: 12,
        by_chat: false,
        subject: "Gateway 0x4F offline at night",
        asks: "Gateway 0x4F in hall 3 goes offline each night from 02:00 to 02:30. The readings come afterwards. May I ask for the reason?",
        then: &[
            Tag(0),
            Wait(40),
            Assign(3, 1),
            Answer(
                1,
                "Dear Kenji, it loses the Wi-Fi when your access points restart. Could you send me the log of the gateway from 01:50 to 02:40?",
            ),
            Wait(700),
            Asks(
                "Here is what I see: the access points restart at 02:00 indeed. Can the gateway use a cable, and does it need a new configuration then?",
            ),
        ],
    },
    Open {
        ago: 1_500,
        who: 13,
        by_chat: false,
        subject: "Battery life at minus 70",
        asks: "How long do the batteries of the T2 probes last at minus 70? The data sheet ends at minus 40.",
        then: &[
            Wait(45),
            Answer(
                2,
                "Dear Ingrid, about seven months at minus 70, against eighteen at minus 20. I ask the laboratory for the curve and send it to you.",
            ),
            Wait(30),
            SnoozeUntilReply,
        ],
    },
    Open {
        ago: 1_150,
        who: 6,
        by_chat: false,
        subject: "Humidity sensor for a propagation bench",
        asks: "Which of your sensors can live under mist? Ours dies after a month.",
        then: &[
            Wait(80),
            Answer(
                0,
                "Dear Noah, the H3 with the sintered cap. It is slower by twenty seconds and lives for years. Shall I send you one to try?",
            ),
            Wait(200),
            Asks(
                "That is exactly what I needed, thank you. Please send two, to the bench house, not to the office.",
            ),
            Seen,
        ],
    },
    Open {
        ago: 620,
        who: 4,
        by_chat: false,
        subject: "Can two people sign the calibration log?",
        asks: "Our auditor asks that the curator and the conservator both sign each calibration. Is there a way to have two signatures in the log?",
        then: &[Tag(2)],
    },
    Open {
        ago: 470,
        who: 1,
        by_chat: false,
        subject: "Alarme de température à 03:12, frigo 2",
        asks: "Bonjour,\n\nl’alarme s’est déclenchée cette nuit à 03:12 pour le frigo 2. La porte était fermée et la température correcte à mon arrivée. Pouvez-vous regarder ? J’ai des vaccins dedans.\n\nCamille Roche",
        then: &[
            Tag(1),
            Urgent,
            Wait(12),
            Assign(3, 0),
            Note(3, "Vaccines: please first. The battery of the probe is at 9 percent.", Some(0)),
        ],
    },
    Open {
        ago: 300,
        who: 10,
        by_chat: false,
        subject: "Add two people at Jebel Ali",
        asks: "Please give Faisal and Noor at Jebel Ali access to the alarms, from Monday on. Their numbers are in the attached list that I sent last week.",
        then: &[],
    },
    Open {
        ago: 190,
        who: 2,
        by_chat: false,
        subject: "校正証明書の再発行について",
        asks: "お世話になっております。岡田製薬の佐藤です。\n\n先月お送りいただいた校正証明書の型番に誤りがございました。正しい型番は T2-40 です。再発行をお願いできますでしょうか。",
        then: &[Tag(2), Wait(25), Assign(0, 0), Seen],
    },
    Open {
        ago: 75,
        who: 3,
        by_chat: true,
        subject: "Where is my order?",
        asks: "Hi, I ordered two probes on Monday and was promised them for today. The tracking has not moved since Tuesday. Where are they?",
        then: &[],
    },
    Open {
        ago: 22,
        who: 14,
        by_chat: false,
        subject: "Pro forma invoice for 40 probes",
        asks: "Good day, for our purchasing I need a pro forma invoice for 40 probes T2 and 3 gateways, to Muzeum Śląskie, in euros. Is it possible today?",
        then: &[Tag(3)],
    },
];

/// Every step of every matter by its time: minutes before the end, the matter, and the step;
/// none is the question that begins it.
pub fn in_order() -> Vec<(i64, usize, Option<Then>)> {
    let mut all = Vec::new();
    for (at, it) in OPEN.iter().enumerate() {
        let mut before_end = it.ago;
        all.push((before_end, at, None));
        for then in it.then {
            match then {
                Wait(minutes) => before_end = (before_end - minutes).max(0),
                then => all.push((before_end, at, Some(*then))),
            }
        }
    }
    // A stable sort: what happens at one time stays in its order.
    all.sort_by_key(|it| std::cmp::Reverse(it.0));
    all
}
