use crate::{agents::AgentId, html::Html};

/// Whom a note names: the composer writes `<span data-mention="agt_…">@Ben</span>`.
pub fn mentioned_in(html: &Html) -> Vec<AgentId> {
    let mut found: Vec<AgentId> = Vec::new();
    for piece in html.as_str().split("data-mention=\"").skip(1) {
        let id = piece.split('"').next().and_then(|it| it.parse().ok());
        if let Some(id) = id
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_once() {
        let id = AgentId::from_raw(77);
        let html = format!(
            "<p><span data-mention='{id}'>@Ben</span> and <span data-mention=\"{id}\">@Ben</span>
             <span data-mention='nobody'>@x</span></p>"
        );
        assert_eq!(mentioned_in(&Html::sanitise(&html)), [id]);
    }
}
