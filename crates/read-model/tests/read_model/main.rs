//! The read model on a real `PostgreSQL`, through the roles that the services use.

mod applying;
mod asking;
mod contract;
mod counting;
mod events;
mod feed;
mod groups;
mod happened;
mod house;
mod laws;
mod leading;
mod life;
mod lists;
mod mirror;
mod moelln;
mod office;
mod people;
mod reporters;
mod rights;
mod rules;
mod seeing;
mod story;
mod tale;
mod versions;
mod waits;
mod workshop_events;
