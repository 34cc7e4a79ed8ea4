use super::*;

fn scope() -> Scope {
    let mut it = Scope::new();
    it.put("contact.name", "Carol <b>Bright</b>");
    it.put("contact.first_name", "Carol");
    it.put("contact.phone", "  ");
    it.put("account.attributes.plan", "gold");
    it.put_html("message.body", &Html::from_text("Hello"));
    it
}

fn html(source: &str) -> Result<String> {
    render(source, Form::Html, &scope())
}

fn problem(result: Result<String>) -> String {
    match result {
        Err(Error::Invalid(all)) => {
            all.iter().map(|it| format!("{}: {}", it.field, it.problem)).collect()
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn values_are_put_in_and_escaped() {
    assert_eq!(
        html("<p>Hi {{ contact.name }}</p>").as_deref(),
        Ok("<p>Hi Carol &lt;b&gt;Bright&lt;/b&gt;</p>")
    );
    assert_eq!(html("<div>{{ message.body }}</div>").as_deref(), Ok("<div><p>Hello</p></div>"));
    assert_eq!(
        render(
            "{{contact.first_name|upper}} on {{ account.attributes.plan }}",
            Form::Text,
            &scope()
        )
        .as_deref(),
        Ok("CAROL on gold")
    );
}

#[test]
fn a_missing_value_is_named_and_not_a_gap() {
    let text =
        problem(html("{{ contact.phone }}, {{ account.name }} and {{ contact.first_name }}"));
    assert!(text.contains("contact.phone:") && text.contains("account.name:"), "{text}");
    assert!(!text.contains("first_name"), "{text}");
    assert_eq!(html("{{ contact.phone | default('none') }}").as_deref(), Ok("none"));
    assert_eq!(
        html("{% if contact.phone %}call{% else %}write{% endif %}").as_deref(),
        Ok("write")
    );
    assert!(problem(html("{{ customer.name }}")).contains("customer"));
    let filled = fill("Hi {{ contact.first_name }}, {{ contact.phone }}", Form::Html, &scope());
    let filled = filled.expect("can be read");
    assert_eq!(filled.text, "Hi Carol, {{ contact.phone }}");
    assert_eq!(filled.missing, ["contact.phone"]);
}

#[test]
fn what_an_editor_made_of_it_is_put_right() {
    assert_eq!(html("{{&nbsp;contact.phone | default(&quot;—&quot;) }}").as_deref(), Ok("—"));
    assert_eq!(html("{{ contact.phone | default(“x”) }}").as_deref(), Ok("x"));
    assert!(problem(html("{{ contact.<b>name</b> }}")).contains("formatting"));
    let kept = Html::sanitise(
        "<p>{{ contact.phone | default('a') }}{% if contact.name > 'A' %}y{% endif %}</p>",
    );
    assert_eq!(html(kept.as_str()).as_deref(), Ok("<p>ay</p>"));
}

#[test]
fn nothing_grows_without_limit() {
    for bad in [
        "{% for a in contact.name %}x{% endfor %}",
        "{% set a = 'x' %}",
        "{% macro a() %}{% endmacro %}",
        "{% include 'a' %}",
        "{{ 'x' * 1000000000 }}",
        "{{ range(1000000000) }}",
        "{{ contact.name.upper() }}",
        "{{ contact.name | safe }}",
        "{{ contact.name",
        "{% if contact.name %}",
    ] {
        assert!(matches!(html(bad), Err(Error::Invalid(_))), "{bad}: {:?}", html(bad));
    }
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    assert!(html(&deep).is_err());
    assert!(html(&"{{ contact.name }}".repeat(6_000)).is_err(), "too long");
}

#[test]
fn what_was_left_standing_is_found() {
    let left = |it: &str| left_over(&Html::sanitise(it));
    assert_eq!(left("<p>Call {{ contact.phone }} or {{ contact.phone }}</p>"), ["contact.phone"]);
    assert!(left("<p>Write <code>{{ contact.phone }}</code></p>").is_empty());
    assert!(left("<p>{{ anything.else }} {{ x }}</p>").is_empty());
}
