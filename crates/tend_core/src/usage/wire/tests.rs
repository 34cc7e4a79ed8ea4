use super::*;

fn one(call: Call, text: &str) -> Result<Event, String> {
    let mut request = read(Some(call), text.as_bytes()).expect("is JSON");
    request.events.remove(0).map_err(|it| it.reason.into_owned())
}

#[test]
fn a_batch_is_read_as_clients_send_it() {
    let text = r#"{"writeKey":"k","sentAt":"2026-11-22T12:00:05Z","context":{"groupId":"g1"},
        "batch":[
        {"type":"track","event":"Report opened","userId":42,"anonymousId":null,
         "messageId":"m-1","timestamp":"2026-11-22T12:00:00.000123+00:00","properties":{"a":[1,{}]}},
        {"type":"identify","userId":"u","traits":{"email":"a@b.example","plan":null},"messageId":"m-2"},
        {"type":"page","anonymousId":"a","name":"Home","context":{"groupId":"g2"}},
        {"type":"track","userId":"u"},{"userId":"u"},7]}"#;
    let request = read(None, text.as_bytes()).expect("is JSON");
    assert_eq!(request.write_key.as_deref(), Some("k"));
    let good: Vec<_> = request.events.iter().filter_map(|it| it.as_ref().ok()).collect();
    assert_eq!(good.len(), 3);
    assert_eq!((good[0].user.as_deref(), good[0].anonymous.as_deref()), (Some("42"), None));
    assert_eq!((good[0].name.as_str(), good[0].group.as_deref()), ("Report opened", Some("g1")));
    assert!(good[0].sent.is_some() && good[0].original.is_some());
    assert_eq!(good[1].traits.len(), 2);
    assert_eq!((good[2].call, good[2].group.as_deref()), (Call::Page, Some("g2")));
    let why: Vec<_> = request.events.iter().filter_map(|it| it.as_ref().err()).collect();
    let why: Vec<_> = why.iter().map(|it| it.reason.as_ref()).collect();
    let expected = [
        "A track call needs the name of its event.",
        "It has no type.",
        "An event is a JSON object.",
    ];
    assert_eq!(why, expected);
}

#[test]
fn what_no_json_is_refuses_the_whole_and_what_no_event_is_only_itself() {
    for bad in
        ["", "{", "[]", "{}", r#"{"batch":{}}"#, r#"{"batch":[{"type":}]}"#, "{\"batch\":[]}x"]
    {
        assert!(read(None, bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(read(Some(Call::Track), b"{\"event\":\"x\"").is_err());
    let reason = |call, text| one(call, text).expect_err("is refused");
    assert_eq!(
        reason(Call::Track, r#"{"event":"x"}"#),
        "It has neither a userId nor an anonymousId."
    );
    assert_eq!(reason(Call::Group, r#"{"userId":"u"}"#), "A group call needs a groupId.");
    assert_eq!(
        reason(Call::Alias, r#"{"userId":"u"}"#),
        "An alias call needs a previousId and a userId."
    );
    let large =
        format!(r#"{{"event":"x","userId":"u","properties":"{}"}}"#, "y".repeat(LARGEST_EVENT));
    assert_eq!(reason(Call::Track, &large), "The event is larger than 32 KB.");
    let many = format!(
        r#"{{"batch":[{}]}}"#,
        vec![r#"{"type":"track","event":"e","userId":"u"}"#; 2501].join(",")
    );
    let request = read(None, many.as_bytes()).expect("is JSON");
    assert_eq!(request.events.iter().filter(|it| it.is_ok()).count(), MOST_EVENTS);
}

#[test]
fn odd_types_are_nothing() {
    let text =
        r#"{"event":"x","userId":{"a":1},"anonymousId":true,"context":"none","messageId":[1]}"#;
    assert!(one(Call::Track, text).is_err());
    let text = r#"{"event":"x\u0041","userId":1.5,"context":null,"traits":7,"timestamp":{}}"#;
    let it = one(Call::Track, text).expect("is good");
    assert_eq!((it.name.as_str(), it.user.as_deref(), it.original), ("xA", Some("1.5"), None));
}
