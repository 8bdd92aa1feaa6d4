//! The read model on a real `PostgreSQL`, through the roles that the services use.

mod applying;
mod asking;
mod house;
mod laws;
mod leading;
mod moelln;
mod people;
mod rights;
mod story;
