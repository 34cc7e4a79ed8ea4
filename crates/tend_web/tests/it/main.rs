//! Tend's web, in this process, on both databases.

mod access;
mod api;
mod book;
mod campaigns;
mod customers;
mod domain;
mod edge;
mod figures;
mod forgery;
mod health;
mod hooks;
mod joining;
mod links;
mod live;
mod mine;
mod order_files;
mod proof;
mod recommending;
mod remedies;
mod settings;
mod signing_in;
mod slot;
mod survey_limits;
mod surveys;
mod tracking;
mod undoing;
