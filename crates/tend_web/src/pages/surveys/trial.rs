//! A survey while it is written: as customers would read it, and sent to oneself. Nothing is kept.

use axum::{http::StatusCode, response::IntoResponse};
use tend_core::{
    Error, agents,
    surveys::{NewSurvey, SurveyId, mail::SurveyMail, trial},
};
use tend_views::{
    parts::Problems,
    survey::{SurveyForm, form_page, mail_html, mail_text},
    urls,
};

use crate::{
    App, WebError,
    pages::{Answer, frame::Wanted},
    who::{May, may::SurveysManage},
};

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Try {
    Look,
    Send,
}

fn written(it: &SurveyMail) -> (String, String, String) {
    (mail_text(it), mail_html(it), format!("{}{}", it.base, urls::survey_stop(&it.token)))
}

/// The form with the preview above it; also a mail in each language to who asks, if it is sent.
pub(super) async fn show(
    who: &May<SurveysManage>,
    app: &App,
    id: Option<SurveyId>,
    (survey, questions): (NewSurvey, String),
    what: Try,
) -> Answer {
    let said = match what {
        Try::Send => Some(send(who, app, survey.clone()).await?),
        Try::Look => None,
    };
    let wanted = Wanted::by(who, urls::surveys());
    let page = app.read(move |tx| {
        let it = SurveyForm {
            id,
            shown: trial::as_read(tx, &wanted.me, &survey)?,
            survey: survey.clone(),
            questions: questions.clone(),
            agents: agents::present(tx)?,
            problems: Problems::default(),
            said: said.clone(),
        };
        Ok(form_page(&wanted.read(tx)?, &it))
    });
    Ok((StatusCode::OK, page.await?).into_response())
}

/// Says what became of it.
async fn send(who: &May<SurveysManage>, app: &App, survey: NewSurvey) -> Result<String, WebError> {
    let (me, keys) = (who.me.clone(), app.keys.clone());
    let sent = app.write(move |tx| match trial::send_to_me(tx, &me, &keys, &survey, written) {
        Ok(()) => Ok(None),
        Err(Error::Refused(why)) => Ok(Some(why.into_owned())),
        Err(other) => Err(other),
    });
    let sent: Option<String> = sent.await?;
    Ok(sent.unwrap_or_else(|| "The test is on its way to you, a mail in each language.".to_owned()))
}
