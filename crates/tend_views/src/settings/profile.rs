use maud::{Markup, html};
use tend_core::agents::{
    SessionId,
    profile::{Occasion, Ways, WorkingHours},
    sessions::Session,
};
use tend_core::html::Html;

use super::{Section, act, form};
use crate::{
    canned::rich_text,
    parts::{
        Problems, agent_avatar, badge, check, csrf_field, field, form_problems, panel, submit,
        table, zone_field,
    },
    urls,
};

/// The fields `name`, `time_zone`, `html` (the signature; `text` without JavaScript), `away`, and `from-0` to `to-6`.
#[derive(Clone, Debug)]
pub struct ProfileForm {
    pub name: String,
    pub time_zone: String,
    pub signature: Html,
    pub away: bool,
    pub hours: WorkingHours,
    pub picture: Option<String>,
    pub problems: Problems,
    /// About the password.
    pub password_problems: Problems,
}

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub fn profile(at: &Section<'_>, it: &ProfileForm) -> Markup {
    let url = urls::settings_section("profile");
    let fields = html! {
        (field("name", "Name").value(&it.name).required().hint("Customers see it.").problems(&it.problems))
        (zone_field("time_zone", "Time zone", &it.time_zone).problems(&it.problems))
        (rich_text("Signature", &it.signature, it.problems.of("signature")))
        (check("away", "Away").on(it.away).hint("Colleagues see that you are not here."))
        (hours(&it.hours, &it.problems))
    };
    let work = html! {
        (picture(at, it))
        (panel("About you").holds(form(at.frame, &url, &it.problems, "Keep", fields)))
        (password(at, &it.password_problems))
    };
    at.page("Profile", "How you appear, and when you work.", html! {}, work)
}

fn hours(it: &WorkingHours, problems: &Problems) -> Markup {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    html! {
        fieldset.field { legend.field-label { "Working hours" }
            @if let Some(why) = problems.of("working_hours") { p.field-error { (why) } }
            div.settings-hours {
                @for (day, name) in DAYS.iter().enumerate() {
                    @let span = it.days[day].first().copied();
                    span { (name) }
                    (field(&format!("from-{day}"), format!("{name}, from")).label_hidden().kind("time").value(span.map_or(String::new(), |it| clock(it.0))))
                    span.u-quiet { "to" }
                    (field(&format!("to-{day}"), format!("{name}, to")).label_hidden().kind("time").value(span.map_or(String::new(), |it| clock(it.1.min(1439)))))
                }
            }
            p.field-hint { "Leave a day empty on which you don’t work." }
        }
    }
}

fn picture(at: &Section<'_>, it: &ProfileForm) -> Markup {
    let url = format!("{}/picture", urls::settings_section("profile"));
    panel("Picture").holds(html! {
        div.settings-picture {
            (agent_avatar(&it.name, it.picture.as_deref()).xl())
            form.u-row.u-wrap method="post" action=(url) enctype="multipart/form-data" {
                (csrf_field(&at.frame.csrf))
                label.u-hidden-visually for="picture" { "A picture of up to 5 MB" }
                input.field-file id="picture" type="file" name="file" accept="image/png,image/jpeg,image/webp,image/gif" required;
                (submit("Use it").small())
                span.field-hint { "PNG, JPEG, WebP or GIF of up to 5 MB. Customers see it beside your answers." }
            }
            @if it.picture.is_some() { (act(at.frame, &format!("{url}/remove"), "Remove", "")) }
        }
    })
}

fn password(at: &Section<'_>, problems: &Problems) -> Markup {
    let url = format!("{}/password", urls::settings_section("profile"));
    panel("Password").lead("Everywhere else you are signed out.").holds(form(
        at.frame,
        &url,
        problems,
        "Change the password",
        html! {
            (field("old", "The password until now").kind("password").autocomplete("current-password").required().problems(problems))
            (field("password", "A new password").kind("password").autocomplete("new-password").required().hint("At least 8 characters.").problems(problems))
        },
    ))
}

/// How one is told of something; the boxes `app-WORD`, `push-WORD`, `mail-WORD`.
#[derive(Clone, Debug)]
pub struct NotifyChoice {
    pub occasion: Occasion,
    pub ways: Ways,
}

/// The boxes, a row for each occasion; on a narrow screen each box has its word beside it.
pub(super) fn notify_choices(all: &[NotifyChoice]) -> Markup {
    const WAYS: [(&str, &str); 3] = [("app", "In Tend"), ("push", "Browser"), ("mail", "Mail")];
    let cell = |(way, word): (&str, &str), it: &NotifyChoice| {
        let name = format!("{way}-{}", it.occasion.word());
        let on = match way {
            "app" => it.ways.app,
            "push" => it.ways.push,
            _ => it.ways.mail,
        };
        html! {
            td {
                label.settings-notify-way {
                    input.field-box type="checkbox" name=(name) checked[on];
                    span.u-hidden-visually { (it.occasion.means()) ": " }
                    span { (word) }
                }
            }
        }
    };
    html! {
        table.settings-notify {
            caption.u-hidden-visually { "What you hear of, and how" }
            thead { tr { th scope="col" { "When" } @for (_, word) in WAYS { th scope="col" { (word) } } } }
            tbody {
                @for it in all { tr { th scope="row" { (it.occasion.means()) } @for way in WAYS { (cell(way, it)) } } }
            }
        }
    }
}

pub fn sessions(at: &Section<'_>, all: &[Session], this: Option<SessionId>) -> Markup {
    let rows = html! {
        @for it in all {
            tr {
                th scope="row" { (browser(&it.user_agent)) @if this == Some(it.id) { " " (badge("This one")) } }
                td { (it.network) }
                td data-label="Since" { (at.frame.now.short(it.created_at)) }
                td data-label="Last used" { (at.frame.now.short(it.seen_at)) }
                td { (act(at.frame, &format!("{}/end", urls::settings_item("sessions", it.id)), "End", "")) }
            }
        }
    };
    let list = table("Sessions")
        .col("Browser")
        .col("Address")
        .col("Since")
        .col("Last used")
        .col_quiet("End")
        .rows(rows);
    let others = act(
        at.frame,
        &format!("{}/end-others", urls::settings_section("sessions")),
        "End all others",
        "",
    );
    at.page(
        "Sessions",
        "Where you are signed in.",
        others,
        html! { (form_problems(&Problems::default())) (list) },
    )
}

/// Browser and system in a few words: `Firefox on Linux`.
pub fn browser(agent: &str) -> String {
    let name = |known: &[(&str, &'static str)]| {
        known.iter().find(|it| agent.contains(it.0)).map(|it| it.1)
    };
    let browser = name(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = name(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser.unwrap_or("A browser"), system) {
        (browser, Some(system)) => format!("{browser} on {system}"),
        (browser, None) => browser.to_owned(),
    }
}
