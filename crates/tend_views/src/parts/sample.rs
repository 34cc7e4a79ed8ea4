//! A part as the gallery shows it and as the tests read it.

use maud::Markup;

/// One state of one part.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What the state is called: `rest`, `disabled`, `with an error`.
    pub state: &'static str,
    pub html: Markup,
}

/// Names a state.
pub fn sample(state: &'static str, html: impl maud::Render) -> Sample {
    Sample { state, html: html.render() }
}
