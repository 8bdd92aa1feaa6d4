//! The vault on a real `PostgreSQL`, through the roles that the services use.

mod acting;
mod concurrency;
mod generations;
mod house;
mod opening;
mod resolving;
mod rights;
