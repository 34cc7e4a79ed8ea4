//! Bounces of real servers, beside the reading of Sisimai (an opinion).

mod common;

use serde_json::Value;
use tend_mail::{Class, Kind, Limits, Report, parse};

/// What Sisimai says of one recipient.
struct Opinion {
    recipient: String,
    status: String,
    is_hard: bool,
    reason: String,
}

fn opinions(all: &Value, file: &str) -> Vec<Opinion> {
    let path = match file.split_once('-') {
        Some((kind @ ("dos" | "mac"), name)) => format!("maildir/{kind}/{name}"),
        _ => format!("maildir/bsd/{file}"),
    };
    let list = all.get(&path).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |v: &Value, key: &str| v[key].as_str().unwrap_or("").to_owned();
    list.iter()
        .map(|v| Opinion {
            recipient: text(v, "recipient"),
            status: text(v, "deliverystatus"),
            is_hard: v["hardbounce"].as_i64() == Some(1),
            reason: text(v, "reason"),
        })
        .collect()
}

#[derive(Default)]
struct Score {
    recipients: (usize, usize),
    statuses: (usize, usize),
    classes: (usize, usize),
}

fn count(pair: &mut (usize, usize), is_right: bool) -> bool {
    pair.1 += 1;
    pair.0 += usize::from(is_right);
    is_right
}

#[test]
fn bounces_are_read_as_sisimai_reads_them() {
    let Some(folder) = common::corpus("bounces") else { return };
    let text = std::fs::read_to_string(folder.join("expected-sisimai-4.25.15.json")).expect("json");
    let all: Value = serde_json::from_str(&text).expect("json");
    let mut score = Score::default();
    let mut unseen = 0;
    for (file, raw) in common::files(&folder.join("sisimai")) {
        let mail = parse(&raw, &Limits::default()).unwrap_or_else(|e| panic!("{file}: {e}"));
        for want in opinions(&all, &file) {
            if want.reason == "vacation" {
                assert_eq!((mail.kind, &mail.bounce), (Kind::AutoReply, &None), "{file}");
                continue;
            }
            let Some(bounce) = &mail.bounce else {
                println!("{file}: no bounce; {} {}", want.recipient, want.reason);
                unseen += 1;
                count(&mut score.recipients, false);
                continue;
            };
            let found =
                bounce.failed.iter().find(|f| f.address.eq_ignore_ascii_case(&want.recipient));
            if !count(&mut score.recipients, found.is_some()) {
                let ours: Vec<_> = bounce.failed.iter().map(|f| &*f.address).collect();
                println!("{file}: recipient {} but {ours:?}", want.recipient);
            }
            let Some(found) = found else { continue };
            if want.reason == "feedback" {
                assert_eq!(bounce.report, Report::Complaint, "{file}");
                continue;
            }
            // 5.0.9xx are Sisimai's own, for want of a code.
            if !want.status.is_empty() && !want.status[1..].starts_with(".0.9") {
                let ours = found.status.as_deref().unwrap_or("");
                if !count(&mut score.statuses, ours == want.status) {
                    println!("{file}: status {} but {ours}; {:?}", want.status, found.answer);
                }
            }
            if want.reason != "undefined"
                && !count(&mut score.classes, want.is_hard == (found.class == Class::Hard))
            {
                println!(
                    "{file}: {} hard={} but {:?} {:?}; {:?}",
                    want.reason, want.is_hard, found.reason, found.class, found.answer
                );
            }
        }
    }
    let percent = |(right, all): (usize, usize)| 100.0 * right as f64 / all as f64;
    println!(
        "recipients {:?} {:.1} %, statuses {:?} {:.1} %, hard or soft {:?} {:.1} %, not seen {unseen}",
        score.recipients,
        percent(score.recipients),
        score.statuses,
        percent(score.statuses),
        score.classes,
        percent(score.classes),
    );
}
