//! How accounts fare: the page of one of them, and what counts for whom.

pub(crate) mod account;
mod form;
pub(crate) mod settings;

use tend_core::agents::Permission;
use tend_views::urls;

use crate::router::{Access::May, Route, delete, get, post};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{CustomersEdit as Edit, CustomersRead as See, StagesManage as Manage};
    use account as a;
    use settings as s;
    let page = urls::account_health("{id}");
    vec![
        get(&page, May(See), a::show),
        post(&page, May(Edit), a::judge),
        delete(urls::account_override("{id}", "{override}"), May(Edit), a::withdraw),
        get(urls::health_settings(), May(Manage), s::show),
        post(urls::health_settings(), May(Manage), s::options),
        post(urls::health_learn(), May(Manage), s::learn),
        get(urls::new_health_profile(), May(Manage), s::new),
        post(urls::new_health_profile(), May(Manage), s::create),
        get(urls::health_profile("{id}"), May(Manage), s::edit),
        post(urls::health_profile("{id}"), May(Manage), s::change),
        post(urls::health_profile_move("{id}"), May(Manage), s::arrange),
        post(urls::health_profile_archive("{id}"), May(Manage), s::archive),
    ]
}
