//! The catalogue of topics (Themenkatalog): what each topic is about, for all workshops that may offer it.

use std::collections::BTreeMap;

use crate::{Prose, Rejection, TextLine, TopicCode};

/// The most topics that are kept.
pub const MOST_TOPICS: usize = 2_000;

/// What is said of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Its title as people know it.
    pub title: TextLine,
    /// What it is about; may be empty.
    pub outline: Prose,
}

/// The catalogue as folded from its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The topics by their codes.
    pub topics: BTreeMap<TopicCode, Details>,
}

/// What may be asked of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Say what a topic is about.
    State {
        /// Which topic.
        code: TopicCode,
        /// What is said of it.
        details: Details,
    },
}

/// What has happened to the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was said what a topic is about.
    TopicStated {
        /// Which topic.
        code: TopicCode,
        /// What was said of it.
        details: Details,
    },
}

/// Decides a command; stating the same again decides nothing.
pub fn decide(catalogue: &Catalogue, command: &Command) -> Result<Vec<Event>, Rejection> {
    let Command::State { code, details } = command;
    let topics = &catalogue.topics;
    match topics.get(code) {
        Some(known) if known == details => Ok(Vec::new()),
        None if topics.len() >= MOST_TOPICS => Err(Rejection::CatalogueFull),
        Some(_) | None => Ok(vec![Event::TopicStated {
            code: code.clone(),
            details: details.clone(),
        }]),
    }
}

/// Folds an event into the catalogue.
#[must_use]
pub fn evolve(mut catalogue: Catalogue, event: &Event) -> Catalogue {
    let Event::TopicStated { code, details } = event;
    catalogue.topics.insert(code.clone(), details.clone());
    catalogue
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(code: &str, title: &str) -> Command {
        Command::State {
            code: TopicCode::new(code).expect("a code"),
            details: Details {
                title: TextLine::new(title).expect("a line"),
                outline: Prose::new("Worum es geht.\nUnd wie.").expect("a text"),
            },
        }
    }

    fn after(commands: &[Command]) -> Catalogue {
        commands.iter().fold(Catalogue::default(), |before, asked| {
            let events = decide(&before, asked).expect("there is room");
            events.iter().fold(before, evolve)
        })
    }

    #[test]
    fn a_topic_is_stated_stated_anew_and_nothing_where_it_is_as_it_was() {
        let known = after(&[state("rolle", "Rolle"), state("diskurs", "Diskurse")]);
        assert_eq!(known.topics.len(), 2);
        assert_eq!(decide(&known, &state("rolle", "Rolle")), Ok(Vec::new()));
        let anew = decide(&known, &state("rolle", "Die eigene Rolle"));
        assert_eq!(anew.map(|events| events.len()), Ok(1));
        let anew = after(&[state("rolle", "Rolle"), state("rolle", "Die eigene Rolle")]);
        let titles = anew.topics.values().map(|details| details.title.as_str());
        assert_eq!(titles.collect::<Vec<_>>(), ["Die eigene Rolle"]);
    }

    #[test]
    fn a_full_catalogue_takes_no_new_topic_and_still_changes_those_it_has() {
        let all: Vec<Command> = (0..MOST_TOPICS)
            .map(|number| state(&format!("t-{number}"), "Thema"))
            .collect();
        let full = after(&all);
        let refused = decide(&full, &state("one-more", "Thema"));
        assert_eq!(refused, Err(Rejection::CatalogueFull));
        let changed = decide(&full, &state("t-7", "Anderes Thema"));
        assert_eq!(changed.map(|events| events.len()), Ok(1));
    }
}
