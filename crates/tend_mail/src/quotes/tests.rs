use super::*;

fn own(text: &str) -> String {
    fold(text).own(text)
}

fn visible(text: &str) -> &str {
    let folded = fold(text);
    &text[..folded.visible(text).len()]
}

#[test]
fn history_is_folded() {
    let text = "Thanks!\n\nOn Mon, Apr 2, 2012 at 6:26 PM, Jo <jo@example.com> wrote:\n\n> Hi\n";
    assert_eq!(visible(text), "Thanks!");
    assert_eq!(fold(text).history_from(text), Some(9));
    let text = "Grüße\n\n-----Original Message-----\nFrom: Jo\n";
    assert_eq!((visible(text), fold(text).history_from(text)), ("Grüße", Some(7)));
}

#[test]
fn answers_between_quotes_stay_whole() {
    let text = "> One?\nYes.\n\n> Two?\n\nNo.\n\n-- \nJo\n";
    assert_eq!(visible(text), "> One?\nYes.\n\n> Two?\n\nNo.");
    assert_eq!(own(text), "Yes.\nNo.");
    let text = "On Mon, Apr 2, 2012 at 6:26 PM, Jo wrote:\n> One?\n\nYes.\n";
    assert_eq!(visible(text), text.trim_end());
    assert_eq!(own(text), "Yes.");
}

#[test]
fn signatures_are_folded_and_closings_stay() {
    let text = "Hi\n\nBest regards,\nJo\n\n--\nJo Doe\nSales\n";
    assert_eq!(visible(text), "Hi\n\nBest regards,\nJo");
    assert_eq!(own(text), "Hi");
    assert_eq!(fold(text).signature_from(text), Some(22));
    assert_eq!(visible("Hi\n\nSent from my iPhone\n"), "Hi");
    assert_eq!(visible("Hi\n\n-Jo\n"), "Hi");
    assert_eq!(visible("- one\n- two\n"), "- one\n- two");
    assert_eq!(
        visible("Sent from my desk, which is better\n"),
        "Sent from my desk, which is better"
    );
}

#[test]
fn an_attribution_may_share_its_line() {
    let text = "Yes On Wed, Apr 4, 2012 at 3:59 PM, jo@example.com wrote:\n> Hi";
    assert_eq!((visible(text), own(text)), ("Yes", "Yes".to_owned()));
}

#[test]
fn forwards_are_the_matter() {
    let text = "See below\n\n---------- Forwarded message ---------\nFrom: Jo <jo@x.org>\nTo: a@x.org\nSubject: Hi\n\n> text\n";
    assert_eq!(visible(text), text.trim_end());
}

#[test]
fn a_mail_of_nothing_but_history_is_shown() {
    let text = "> Hi\n> there\n";
    assert_eq!(visible(text), text.trim_end());
    assert_eq!(own(text), "");
    assert_eq!((visible(""), own("")), ("", String::new()));
}

#[test]
fn pieces_are_the_whole_text() {
    let text = "\n\na\r\n> b\r\n\r\nc\n--\nd\n> e";
    let folded = fold(text);
    let mut at = 0;
    for (_, range) in &folded.pieces {
        assert_eq!(range.start, at);
        at = range.end;
    }
    assert_eq!(at, text.len());
}

/// Quadratic time would take minutes here.
#[test]
fn hostile_texts_take_linear_time() {
    for piece in [
        ">",
        "> a\n",
        "On 1\n",
        "--\n",
        "From: a@b\n",
        "-a\n",
        "wrote:\n",
        "\n",
        "_",
        "Sent from my x\n",
        "a",
        "On Mon 10:30 <",
        "Regards\n",
    ] {
        let text = piece.repeat(80_000 / piece.len());
        let start = std::time::Instant::now();
        fold(&text);
        assert!(start.elapsed().as_secs() < 20, "{piece:?} takes {:?}", start.elapsed());
    }
}
