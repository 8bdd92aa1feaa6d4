//! The vault on a real `PostgreSQL`, through the roles that the services use.

mod acting;
mod concurrency;
mod generations;
mod house;
mod knowing;
mod looking_up;
mod opening;
mod racing;
mod recording;
mod reindexing;
mod resolving;
mod rights;
mod sweep_racing;
mod sweeping;
