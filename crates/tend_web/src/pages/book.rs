//! The book of business: portfolio, tasks, the day, segments, and what of an account is changed in it.

pub(crate) mod account;
pub(crate) mod people;
pub(crate) mod portfolio;
pub(crate) mod segments;
pub(crate) mod stages;
pub(crate) mod tasks;

use tend_core::agents::Permission;
use tend_views::urls;

use crate::router::{Access::May, Route, delete, get, post, put};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = of_accounts();
    all.extend(lists());
    all.extend(to_do());
    all.extend(super::health::routes());
    all.extend(settings());
    all.extend(super::proof::routes());
    all
}

fn of_accounts() -> Vec<Route> {
    use Permission::CustomersEdit as Edit;
    use account as a;
    let person = urls::account_person("{id}", "{contact}", "{role}");
    let left = urls::account_person_left("{id}", "{contact}");
    let goal = urls::account_goal("{id}", "{goal}");
    vec![
        put(urls::account_owner("{id}"), May(Edit), a::owner),
        put(urls::account_stage("{id}"), May(Edit), a::stage),
        put(urls::account_parent("{id}"), May(Edit), a::parent),
        put(urls::account_money("{id}"), May(Edit), a::money),
        post(urls::account_people("{id}"), May(Edit), people::add),
        delete(person, May(Edit), people::remove),
        put(&left, May(Edit), people::left),
        delete(&left, May(Edit), people::returned),
        post(urls::account_goals("{id}"), May(Edit), people::add_goal),
        put(&goal, May(Edit), people::change_goal),
        delete(&goal, May(Edit), people::remove_goal),
    ]
}

fn lists() -> Vec<Route> {
    use Permission::{
        CustomersEdit as Edit, CustomersExport as Export, CustomersRead as See,
        StagesManage as Manage,
    };
    use portfolio as p;
    use segments as s;
    let view = urls::saved_portfolio("{id}");
    vec![
        get(urls::portfolio(), May(See), p::show),
        get(urls::portfolio_sums(), May(See), p::sums).of(urls::portfolio()),
        post(urls::portfolio_bulk(), May(Edit), p::bulk),
        post(urls::portfolio_undo("{id}"), May(Edit), p::undo),
        post(urls::portfolio_columns(), May(See), p::columns),
        post(urls::portfolio_export(), May(Export), p::export),
        post(urls::portfolio_views(), May(See), s::create_view),
        get(urls::new_portfolio_view(), May(See), s::new_view),
        get(&view, May(See), s::edit_view),
        put(&view, May(See), s::change_view),
        delete(&view, May(See), s::archive_view),
        get(urls::segments(), May(See), s::all),
        post(urls::segments(), May(Manage), s::create),
        get(urls::new_segment(), May(Manage), s::new),
        post(urls::account_conditions(), May(See), s::described),
        get(urls::segment("{id}"), May(See), s::edit),
        put(urls::segment("{id}"), May(Manage), s::change),
        delete(urls::segment("{id}"), May(Manage), s::archive),
    ]
}

fn to_do() -> Vec<Route> {
    use Permission::{CustomersRead as See, TasksEdit as Do};
    use tasks as t;
    vec![
        get(urls::my_day(), May(See), t::day),
        get(urls::tasks(), May(See), t::list),
        post(urls::tasks(), May(Do), t::create),
        get(urls::new_task(), May(Do), t::new),
        get(urls::task("{id}"), May(See), t::one),
        put(urls::task("{id}"), May(Do), t::change),
        put(urls::task_done("{id}"), May(Do), t::done),
        delete(urls::task_done("{id}"), May(Do), t::reopen),
        post(urls::task_undo("{id}"), May(Do), t::undo),
        put(urls::task_drop("{id}"), May(Do), t::drop),
        post(urls::task_comments("{id}"), May(Do), t::comment),
    ]
}

fn settings() -> Vec<Route> {
    use Permission::StagesManage as Manage;
    let (all, one) = (urls::settings_section("stages"), urls::settings_item("stages", "{id}"));
    vec![
        get(&all, May(Manage), stages::show),
        post(&all, May(Manage), stages::define),
        post(urls::silence(), May(Manage), stages::silence),
        post(&one, May(Manage), stages::change),
        post(urls::stage_move("{id}"), May(Manage), stages::arrange),
        post(format!("{one}/archive"), May(Manage), stages::archive),
    ]
}
