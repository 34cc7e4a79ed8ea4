//! Referrals, testimonials and references.

use maud::{Markup, html};
use tend_core::money::{
    Currency,
    advocates::{Advocate, Kind, Standing},
    referrals::{Brought, Referral, State},
};

use super::{Place, Said, card, day_name, shell};
use crate::{
    layout::Frame,
    parts::{
        Element, Field, Icon, Tone, area, badge, button, counted, csrf_field, empty, form_problems,
        link_button, panel, select, submit, table,
    },
    urls,
};

/// Who speaks for us.
#[derive(Clone, Debug)]
pub struct AdvocacyPage {
    pub currency: Currency,
    pub referrals: Vec<Brought>,
    pub advocates: Vec<Advocate>,
    pub today: i64,
    /// The form that was not accepted: `refer`, `add`, or `settle` and `ask` with an id.
    pub said: Said,
    pub may_edit: bool,
}

pub fn advocacy_page(frame: &Frame, it: &AdvocacyPage) -> Markup {
    let accepted = it.referrals.iter().filter(|it| it.referral.state == State::Accepted);
    let (n, sum) = accepted.fold((0, 0), |at, it| (at.0 + 1, at.1 + it.first_year));
    let free = it.advocates.iter().filter(|one| one.standing(it.today) == Standing::May).count();
    shell(
        frame,
        Place::Advocacy,
        "Who speaks for us",
        html! {
            @if !it.referrals.is_empty() { (export("Export referrals", urls::referrals())) }
            @if !it.advocates.is_empty() { (export("Export advocates", urls::advocates())) }
        },
        html! {
            (form_problems(&it.said.problems))
            section.revenue-figures aria-label="Key figures" {
                (card("Introduced", &it.referrals.len().to_string(), None, "by customers"))
                (card("Accepted", &n.to_string(), None, "became customers"))
                (card("First year’s revenue", &it.currency.whole(sum), None, "of those who were introduced, so far"))
                (card("May be asked", &free.to_string(), None, counted(it.advocates.len() as i64, "advocate in all", "advocates in all")))
            }
            (referrals(frame, it))
            (advocates(frame, it))
        },
    )
}

fn export(label: &str, path: String) -> Markup {
    html! { (link_button(label, format!("{path}.csv")).icon(Icon::Download).attr("download", "")) }
}

/// The account by its name: a company has more of them than fit a list.
fn whose(it: &AdvocacyPage, form: &str, label: &str) -> Field {
    it.said.line(form, "account", label, "").any_direction().required().named_apart(form.to_owned())
}

fn referrals(frame: &Frame, it: &AdvocacyPage) -> Markup {
    let rows = html! { @for one in &it.referrals {
        @let referral = &one.referral;
        tr {
            th scope="row" { (introduced(referral)) }
            td { a.link href=(urls::account(referral.referrer_id)) dir="auto" { (referral.referrer) } }
            td { (day_name(referral.day)) }
            td { @if it.may_edit && referral.state == State::Introduced { (settle(frame, it, one)) } @else { (badge(referral.state.label()).tone(if referral.state == State::Accepted { Tone::Good } else { Tone::Plain })) } }
            td.is-end { @if referral.state == State::Accepted { (it.currency.whole(one.first_year)) @if !one.is_over { " " span.u-quiet { "so far" } } } @else { "–" } }
        }
    } };
    panel("Referrals").lead("Who introduced whom, and what the introduced paid in their first twelve months.").holds(html! {
        @if it.referrals.is_empty() { (empty("No introductions yet", "When a customer introduces somebody, write it down here.").plain()) }
        @else { (table("Referrals").col("Introduced").col("By").col("On").col("State").col_end("First year").rows(rows)) }
        @if it.may_edit { form.revenue-ask method="post" action=(urls::referrals()) {
            (csrf_field(&frame.csrf))
            (whose(it, "refer", "Who introduced").hint("The account’s name or id."))
            (it.said.line("refer", "name", "Whom", "").required())
            (submit("Add"))
        } }
    })
}

/// Who was introduced: by the name of their account alone, if it is the same.
fn introduced(it: &Referral) -> Markup {
    let account = it.referred_id.zip(it.referred.as_ref());
    html! {
        @if account.is_none_or(|(_, name)| *name != it.name) { span dir="auto" { (it.name) } " " }
        @if let Some((id, name)) = account { a.link href=(urls::account(id)) dir="auto" { (name) } }
    }
}

fn settle(frame: &Frame, page: &AdvocacyPage, it: &Brought) -> Markup {
    let form = format!("settle {}", it.referral.id);
    let state = page.said.value(&form, "state", "accepted");
    let label = format!("Which account {} became", it.referral.name);
    html! {
        form.revenue-inline method="post" action=(urls::referral(it.referral.id)) {
            (csrf_field(&frame.csrf))
            (select("state", "State", [("accepted", "Accepted"), ("declined", "Declined")], state).label_hidden().named_apart(format!("state-{}", it.referral.id)))
            (page.said.line(&form, "account", &label, "").label_hidden().named_apart(format!("account-{}", it.referral.id)).placeholder("Which account").any_direction())
            (submit("Save").quiet().small())
        }
    }
}

fn advocates(frame: &Frame, it: &AdvocacyPage) -> Markup {
    let rows = html! { @for one in &it.advocates { (advocate(frame, it, one)) } };
    let kinds = Kind::ALL.iter().map(|it| (it.word(), it.label()));
    let said = &it.said;
    panel("Testimonials and references").lead("Nobody is shown or asked without consent, nor more often than they agreed to.").holds(html! {
        @if it.advocates.is_empty() { (empty("No advocates yet", "What customers said about you, and who may be called for a reference.").plain()) }
        @else { (table("Advocates").col("Account").col("What").col("Standing").col("Asked").col_quiet("Ask").rows(rows)) }
        @if it.may_edit { form.revenue-form.revenue-new method="post" action=(urls::advocates()) {
            (csrf_field(&frame.csrf))
            div.revenue-fields {
                (whose(it, "add", "Who"))
                (select("kind", "What", kinds, said.value("add", "kind", "reference")))
                (said.line("add", "consent", "Agreed on", "").kind("date").hint("Left empty: not yet."))
                (said.line("add", "until", "Until", "").kind("date"))
                (said.line("add", "asks", "Times a year", "3"))
            }
            (said.wrong("add", area("quote", "What they said", said.value("add", "quote", ""))))
            div.revenue-acts { (submit("Add")) }
        } }
    })
}

fn advocate(frame: &Frame, page: &AdvocacyPage, it: &Advocate) -> Markup {
    let standing = it.standing(page.today);
    let tone = if standing == Standing::May { Tone::Good } else { Tone::Warn };
    let (asked, label) = (format!("ask {}", it.id), format!("What {} is asked for", it.account));
    html! {
        tr {
            th scope="row" { a.link href=(urls::account(it.account_id)) dir="auto" { (it.account) } }
            td.revenue-why { (it.kind.label()) @if !it.quote.is_empty() { ": “" span dir="auto" { (it.quote) } "”" } }
            td data-label="Standing" { (badge(standing.label()).tone(tone)) @if let Some(until) = it.consent_until { " " span.u-quiet.u-nowrap { "until " (day_name(until)) } } }
            td.u-nowrap data-label="Asked" { (it.asked) " of " (it.asks_a_year) }
            td { @if page.may_edit {
                @if standing == Standing::May { form.revenue-inline method="post" action=(urls::advocate(it.id, "ask")) {
                    (csrf_field(&frame.csrf))
                    (page.said.line(&asked, "purpose", &label, "").label_hidden().named_apart(format!("purpose-{}", it.id)).placeholder("What for").required())
                    (button("Ask").small().submits())
                } }
                @if it.withdrawn || it.consent_day.is_none() || standing == Standing::Over { form.revenue-inline method="post" action=(urls::advocate(it.id, "consent")) { (csrf_field(&frame.csrf)) (submit("They agree").quiet().small()) } }
                @else { form.revenue-inline method="post" action=(urls::advocate(it.id, "withdraw")) { (csrf_field(&frame.csrf)) (submit("Withdraw").quiet().small()) } }
            } }
        }
    }
}
