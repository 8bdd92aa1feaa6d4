//! Laws: of the house (who may depend on whom) and of the rules (what no sequence of commands can break).

mod agree;
mod aim;
mod asks;
mod directions;
mod features;
mod fold;
mod found;
mod licences;
mod log;
mod many;
mod model;
mod run;
mod seats;
mod sound;
mod sources;
mod table;
mod words;
