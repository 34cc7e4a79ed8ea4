//! What is described of success beside the lists of [`super`].

use utoipa::OpenApi;

use super::super::{book, money, success};

#[derive(OpenApi)]
#[openapi(paths(
    success::options,
    success::set_options,
    success::silence,
    success::set_silence,
    success::features,
    success::name_feature,
    success::retention,
    success::set_retention,
    money::terms::show,
    money::terms::set_currency,
    money::terms::set_margin,
    money::terms::rates,
    money::terms::set_rate,
    money::renewals::find,
    money::worth::members,
    book::views::list,
    book::views::find,
    book::views::create,
    book::views::change,
    book::views::archive,
    book::tasks::comments,
    book::tasks::comment,
))]
pub(super) struct Success;
