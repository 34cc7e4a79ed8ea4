//! A bar for long work, for people who watch; nobody else sees it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tend_store::Progress;

pub fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let look = ProgressStyle::with_template("{bar:40} {msg}").expect("the template is ours");
    bar.set_style(look);
    bar
}

pub fn show(bar: &ProgressBar, at: &Progress) {
    bar.set_length(at.total);
    bar.set_position(at.done);
    bar.set_message(at.what.clone());
}
