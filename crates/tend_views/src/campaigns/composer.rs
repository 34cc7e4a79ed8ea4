//! Writing a campaign. One chooses what begins it first; the form then asks for what that needs, and
//! works without JavaScript: a button adds a step and shows the form again.

use maud::{Markup, html};
use tend_core::{
    campaigns::{
        Campaign, DryRun, HeldBack, Kind, NewCampaign, Purpose, Shown, Step, Trigger, Variant, What,
    },
    templates::Variable,
};

use super::{shown, tried};
use crate::{
    layout::{Frame, page},
    parts::{
        Element, Icon, Problems, Tone, area, callout, check, csrf_field, field, form_problems,
        grouped, hidden, link_button, panel, select, submit,
    },
    urls,
};

/// What a campaign may name.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// Ids and names.
    pub segments: Vec<(String, String)>,
    pub inboxes: Vec<(String, String)>,
    pub topics: Vec<String>,
    pub events: Vec<String>,
    /// Attributes that hold a date: `contact:renews_on` and its name.
    pub dates: Vec<(String, String)>,
    pub variables: Vec<Variable>,
}

/// A draft while it is written.
#[derive(Clone, Debug)]
pub struct Composer {
    /// Nothing for a new one.
    pub campaign: Option<Campaign>,
    pub form: NewCampaign,
    /// Contacts that its segment reaches now.
    pub audience: i64,
    /// The address of the customer as whom it is read.
    pub read_as: String,
    pub messages: Vec<Shown>,
    /// Why that customer would not get it now.
    pub held_back: Option<HeldBack>,
    pub dry_run: Option<DryRun>,
    /// A test was sent.
    pub tested: bool,
    pub problems: Problems,
}

/// So far contacts are counted.
pub const MOST: i64 = 100_000;

/// The choice of what begins it.
pub fn new_campaign_page(frame: &Frame) -> Markup {
    let url = |kind: &str, on: &str| {
        urls::with_query(&urls::new_campaign(), &[("kind", kind), ("on", on)])
    };
    let events = [
        ("order", "Something happens with an order", "Placed, shipped, delivered, refunded …"),
        ("usage", "Something is done in the product", "The first time, or the n-th."),
        ("segment", "An account enters a segment", "All its people, when it comes in."),
        ("date", "A date comes", "Days before or after an attribute, each year if you want."),
        ("inactive", "Somebody falls silent", "Not seen in the product, and not heard of."),
        ("onboarding", "An onboarding begins", "All people of the account."),
        ("meeting", "There was a meeting", "Who was there, once somebody wrote it down."),
        ("hand", "Somebody adds them", "From a contact’s page, or by API."),
    ];
    let list = |kind: &str| {
        html! {
            @for (on, name, says) in &events {
                a.record-line href=(url(kind, on)) { span.u-medium { (name) } span.u-quiet { (says) } }
            }
        }
    };
    page(frame, "New campaign").shows(html! {
        div.shell-page.messages-page {
            (panel("Once, to many").holds(html! { a.record-line href=(url("announcement", "")) { span.u-medium { "Announcement" } span.u-quiet { "To everybody, or to the people of a segment." } } }))
            (panel("One message, whenever").holds(list("triggered")))
            (panel("A sequence of messages, from when").holds(html! {
                a.record-line href=(url("sequence", "welcome")) { span.u-medium { "Welcome, ready to be changed" } span.u-quiet { "Two messages while an onboarding goes on." } }
                (list("sequence"))
            }))
        }
    })
}

/// The form, and below it what can be tried before the start.
pub fn composer_page(frame: &Frame, it: &Composer, offered: &Offered) -> Markup {
    let title = it.campaign.as_ref().map_or("New campaign", |it| &it.name);
    let url = it.campaign.as_ref().map_or(urls::campaigns(), |it| urls::campaign(it.id));
    page(frame, title).shows(html! {
        div.shell-page.messages-page {
            form.settings-form method="post" action=(url) {
                (csrf_field(&frame.csrf))
                @if it.campaign.is_some() { (hidden("_method", "PUT")) }
                (form_problems(&it.problems))
                (hidden("kind", it.form.kind.word()))
                (about(it, offered))
                @if let Some(on) = &it.form.plan.trigger { (trigger(it, on, offered)) }
                (steps(it))
                p.u-quiet.u-small { "You can put in: " @for one in &offered.variables { code { "{{ " (one.name) " }}" } " " } ". Where a value may be missing, say what stands for it: " code { "{{ contact.first_name | default(\"there\") }}" } ". Without that, who lacks it gets no message." }
                (goal(it, offered))
                (limits(it, offered))
                div.settings-save { (submit("Keep the draft").primary()) }
            }
            @if let Some(campaign) = &it.campaign { (trials(frame, it, campaign)) }
        }
    })
}

fn about(it: &Composer, offered: &Offered) -> Markup {
    let form = &it.form;
    let purposes = Purpose::ALL
        .iter()
        .filter(|it| **it != Purpose::Transactional || form.kind != Kind::Announcement)
        .map(|it| (it.word(), it.label()));
    let segments =
        [(String::new(), "Everybody".to_owned())].into_iter().chain(offered.segments.clone());
    let chosen = form.segment.map_or(String::new(), |it| it.to_string());
    let reaches = if it.audience >= MOST {
        "More than 100,000 contacts".to_owned()
    } else {
        format!("{} contacts", grouped(it.audience))
    };
    html! {
        (field("name", "Name").value(&form.name).required().attr("maxlength", 100).any_direction().hint("For you; customers don’t see it.").problems(&it.problems))
        div.messages-pair {
            (select("purpose", "Purpose", purposes, form.purpose.word()).hint("Marketing needs consent and stops for who is hurt. Service helps with what they have. Transactional is what they wait for.").problems(&it.problems))
            (select("segment", "People of accounts in", segments, chosen).hint(format!("{reaches} as it was kept last.")).problems(&it.problems))
        }
        @if !offered.topics.is_empty() {
            @let topics = [(String::new(), "No topic of its own".to_owned())].into_iter().chain(offered.topics.iter().map(|it| (it.clone(), it.clone())));
            (select("topic", "Topic", topics, form.topic.clone()).problems(&it.problems))
        }
        @if offered.inboxes.len() > 1 {
            (select("inbox", "From", offered.inboxes.clone(), form.inbox.map_or(String::new(), |it| it.to_string())).problems(&it.problems))
        }
        @if offered.inboxes.is_empty() { p.u-quiet { "Messages leave from an inbox with an address: set one up in the settings first." } }
    }
}

fn trigger(it: &Composer, on: &Trigger, offered: &Offered) -> Markup {
    let steps =
        ["placed", "paid", "shipped", "delivered", "refunded", "cancelled"].map(|it| (it, it));
    let events =
        html! { datalist id="events" { @for it in &offered.events { option value=(it) {} } } };
    let word = |it: &str| html! { (hidden("on", it)) };
    let fields = match on {
        Trigger::Order { step } => {
            html! { (word("order")) (select("order_step", "When an order is", steps, step.as_str())) }
        }
        Trigger::Usage { event, times } => html! {
            (word("usage"))
            (field("event", "When they do this in the product").value(event).required().attr("list", "events")) (events)
            (field("times", "For which time").kind("number").value(times).hint("1 is the first time ever."))
        },
        Trigger::Segment {} => {
            html! { (word("segment")) p.u-quiet { "When their account comes into the segment above. Who is in it at the start does not count." } }
        }
        Trigger::Date { about, attribute, days, yearly } => html! {
            (word("date"))
            (select("date", "The date", offered.dates.clone(), format!("{about}:{attribute}")).hint("Attributes that hold a date are defined in the settings."))
            (field("days", "Days after it").kind("number").value(days).hint("Less than 0: before it."))
            (check("yearly", "Each year on that day").on(*yearly))
        },
        Trigger::Inactive { days } => {
            html! { (word("inactive")) (field("days", "When they were not seen for").kind("number").value(days).suffix("days")) }
        }
        Trigger::Onboarding {} => {
            html! { (word("onboarding")) p.u-quiet { "When an onboarding begins for their account." } }
        }
        Trigger::Meeting {} => {
            html! { (word("meeting")) p.u-quiet { "When somebody of us writes down a meeting: who of the customer was there." } }
        }
        Trigger::Hand {} => {
            html! { (word("hand")) p.u-quiet { "Agents add people on this page once it runs; programs by API." } }
        }
    };
    html! { fieldset.messages-step { legend { "It begins" } (fields) @if let Some(why) = it.problems.of("trigger") { p.field-error { (why) } } } }
}

fn steps(it: &Composer) -> Markup {
    html! {
        @if let Some(why) = it.problems.of("steps") { p.field-error { (why) } }
        @for (at, step) in it.form.plan.steps.iter().enumerate() { (one_step(it, at, step)) }
        @if it.form.kind == Kind::Sequence {
            div.u-row {
                @for (word, label) in [("send", "Add a message"), ("wait", "Add a wait"), ("wait_for", "Wait for something"), ("branch", "Add a branch")] {
                    (submit(label).small().attr("name", "add").attr("value", word).flag("formnovalidate", true))
                }
            }
        }
    }
}

fn one_step(it: &Composer, at: usize, step: &Step) -> Markup {
    let name = |of: &str| format!("{of}_{at}");
    let many = it.form.kind == Kind::Sequence;
    let title = if many { format!("Step {}", at + 1) } else { "Message".to_owned() };
    let days =
        |n: i64| field(&name("days"), "Days").kind("number").value(n).named_apart(name("days"));
    let inner = match step {
        Step::Send { variants } => html! {
            (ways(&name("do"), "send"))
            @for (n, one) in variants.iter().enumerate() { (variant(it, at, n, one)) }
        },
        Step::Show { variants, link, label } => html! {
            (ways(&name("do"), "show"))
            @for (n, one) in variants.iter().enumerate() { (variant(it, at, n, one)) }
            (leads(it, at, link, label))
        },
        Step::Wait { days: n } => html! { (hidden(&name("do"), "wait")) (days(*n)) },
        Step::WaitFor { what, days: n } => html! {
            (hidden(&name("do"), "wait_for"))
            div.messages-pair { (whats(&name("what"), "Until they", Some(what))) (days(*n)) }
        },
        Step::Branch { what, yes, no } => html! {
            (hidden(&name("do"), "branch"))
            (whats(&name("what"), "If they", Some(what)))
            div.messages-pair {
                (field(&name("yes"), "then go to step").kind("number").value(yes).hint("0 ends it."))
                (field(&name("no"), "else to step").kind("number").value(no))
            }
        },
    };
    html! {
        fieldset.messages-step {
            legend { (title) }
            (inner)
            @if many { (check(&name("drop"), "Take this step out")) }
        }
    }
}

/// Where the button of what a page shows leads.
fn leads(it: &Composer, at: usize, link: &str, label: &str) -> Markup {
    let (to, says) = (format!("link_{at}"), format!("label_{at}"));
    html! {
        div.messages-pair {
            (field(&to, "Its button leads to").kind("url").value(link).placeholder("https://").autocomplete("off").error(it.problems.of("link")))
            (field(&says, "What the button says").value(label).placeholder("See it").any_direction())
        }
    }
}

/// How a message goes.
fn ways(name: &str, chosen: &str) -> Markup {
    let all = [("send", "By mail"), ("show", "On your own pages, when they come")];
    html! { (select(name, "How it goes", all, chosen).hint("A page shows it to customers whom it has recognised, until they close it.")) }
}

fn variant(it: &Composer, at: usize, n: usize, one: &Variant) -> Markup {
    let name = |of: &str| format!("{of}_{at}_{n}");
    let fields = html! {
        @if n > 0 { (field(&name("language"), "For whose language is").value(&one.language).placeholder("de").hint("A short code, such as de or pt-BR.")) }
        @else { (hidden(&name("language"), "")) }
        (field(&name("subject"), "Subject").value(&one.subject).any_direction().error(it.problems.of("subject").filter(|_| n == 0)))
        (area(&name("text"), "Text", &one.text).rows(8).any_direction().error(it.problems.of("text").filter(|_| n == 0)))
    };
    html! {
        @if n == 0 { (fields) }
        @else { details open[!one.text.is_empty()] { summary { @if one.language.is_empty() { "In another language" } @else { "In " (one.language) } } (fields) } }
    }
}

/// What customers do, to choose from; of the product with the event's name behind it.
fn whats(name: &str, label: &str, chosen: Option<&What>) -> Markup {
    let word = match chosen {
        None => "",
        Some(What::Used(_)) => "used",
        Some(What::Ordered) => "ordered",
        Some(What::Wrote) => "wrote",
        Some(What::Onboarded) => "onboarded",
    };
    let event = if let Some(What::Used(it)) = chosen { it.as_str() } else { "" };
    let all = [
        ("ordered", "placed an order"),
        ("wrote", "wrote to us"),
        ("onboarded", "finished the onboarding"),
        ("used", "did this in the product:"),
    ];
    let none = (chosen.is_none() || name == "goal").then_some(("", "nothing that is counted"));
    let event_name = format!("{name}_event");
    html! {
        div.messages-pair {
            (select(name, label, none.into_iter().chain(all), word))
            (field(&event_name, "Event of the product").value(event).attr("list", "events"))
        }
    }
}

fn goal(it: &Composer, offered: &Offered) -> Markup {
    let (plan, exits) = (&it.form.plan, &it.form.plan.exits);
    html! {
        fieldset.messages-step {
            legend { "What it is for" }
            @if !matches!(plan.trigger, Some(Trigger::Usage { .. })) { datalist id="events" { @for it in &offered.events { option value=(it) {} } } }
            (whats("goal", "They shall have", plan.goal.as_ref()))
            (field("goal_days", "Within").kind("number").value(plan.goal_days).suffix("days").problems(&it.problems))
            @if it.form.kind == Kind::Sequence {
                p.u-medium { "They leave it" }
                (check("exit_goal", "when the goal is reached").on(exits.goal))
                (check("exit_wrote", "when they write to us: a person goes on").on(exits.wrote))
                (check("exit_segment", "when their account leaves the segment").on(exits.segment))
                (field("exit_days", "at the latest after").kind("number").value(exits.days).suffix("days").hint("0: never.").problems(&it.problems))
            }
            @if matches!(plan.trigger, Some(Trigger::Segment {} | Trigger::Hand {})) {
                (field("again_days", "Again after").kind("number").value(plan.again_days).suffix("days").hint("Whoever was through comes in again, if it begins for them once more. 0: never.").problems(&it.problems))
            }
        }
    }
}

fn limits(it: &Composer, offered: &Offered) -> Markup {
    let form = &it.form;
    let number = |name: &str, label: &str, value: i64, hint: &str| {
        field(name, label).kind("number").value(value).hint(hint).problems(&it.problems)
    };
    let _ = offered;
    html! {
        fieldset.messages-step {
            legend { "How much" }
            div.messages-pair {
                (number("holdout", "Held out, %", form.holdout, "They get nothing, so that the effect can be seen."))
                (number("priority", "Priority, 1 to 9", form.priority, "The higher goes first where both can’t."))
                (number("useless_after", "Useless after, hours", form.useless_after, "What had to wait longer is dropped. 0: never."))
                (number("per_minute", "At most a minute", form.per_minute, ""))
            }
        }
    }
}

fn held_back(it: &HeldBack) -> Markup {
    let when = if it.waits { "not yet" } else { "not" };
    let said = html! { "This customer would " (when) " get it: " (super::rule(it.rule)) ". " span dir="auto" { (it.why) } };
    callout(Tone::Warn, said, None)
}

fn trials(frame: &Frame, it: &Composer, campaign: &Campaign) -> Markup {
    let url = urls::campaign(campaign.id);
    let act = |does: &str| urls::campaign_act(campaign.id, does);
    html! {
        (panel("Try it").lead("What was kept last is tried. Nothing leaves but the test to yourself.").holds(html! {
            form.u-row method="get" action=(&url) {
                (field("as", "Read as the customer").value(&it.read_as).placeholder("rosa@alder.example").hint("The address of a contact."))
                (submit("Show").small())
            }
            @if !it.read_as.is_empty() && it.messages.is_empty() { p.u-quiet role="status" { "There is no contact with this address." } }
            @if let Some(no) = &it.held_back { (held_back(no)) }
            @if !it.messages.is_empty() {
                form method="post" action=(act("test")) { (csrf_field(&frame.csrf)) (hidden("as", &it.read_as)) (submit("Send this to me").small().icon(Icon::Mail)) }
            }
            @if it.tested { p role="status" { "It is on its way to you." } }
        }))
        @for one in &it.messages { (shown(one)) }
        (panel("Who would get it").holds(html! {
            @match &it.dry_run {
                Some(it) => { (tried(it)) }
                None => { p { (link_button("Dry run", urls::with_query(&url, &[("try", "1")])).small()) " counts who would get it, and who would not by which rule." } }
            }
        }))
        div.u-row {
            form method="post" action=(act("start")) { (csrf_field(&frame.csrf)) (submit("Start").primary().confirm("Start it? Messages leave from now on, and what it says can’t be changed any more.")) }
            form method="post" action=(act("cancel")) { (csrf_field(&frame.csrf)) (submit("Put it away").quiet().danger()) }
        }
    }
}
