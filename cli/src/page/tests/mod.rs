//! Tests of the page, from what is seen of a run to what a viewer has of it.

mod budget;
mod forgetting;
mod history;
mod made;
mod model;
mod news;
mod server;
mod viewer;
