//! Laws: of the house (who may depend on whom) and of the rules (what no sequence of commands can break).

mod directions;
mod licences;
mod model;
mod seats;
mod sources;
