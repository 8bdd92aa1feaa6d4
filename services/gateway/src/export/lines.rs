//! One JSON object a line, as in lists of attendees, with the position as of which it holds.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::query::Exported;
use serde::Serialize;

use crate::{disclosure::Disclosed, form::RegistrationBody};

#[derive(Serialize)]
struct Line<'r> {
    #[serde(flatten)]
    registration: RegistrationBody<'r>,
    position: Position,
}

/// Which position the lines speak of, and before which their rows stand still.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    pub(super) position: Position,
    pub(super) parked_at: Option<Position>,
}

impl Lines {
    /// Writes one line for each registration.
    pub(super) fn of<'r>(
        self,
        rows: impl Iterator<Item = (&'r Exported, &'r Disclosed)>,
    ) -> Vec<u8> {
        let mut text = Vec::new();
        for (exported, disclosed) in rows {
            let registration =
                RegistrationBody::of(&exported.registration, disclosed, self.parked_at);
            let position = self.position;
            let line = Line {
                registration,
                position,
            };
            serde_json::to_writer(&mut text, &line)
                .expect("a body has string keys and finite numbers only");
            text.push(b'\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;
    use serde_json::Value;

    #[test]
    fn a_line_is_the_object_of_the_list_with_a_position() {
        let exported = Exported {
            registration: example::registration(),
            workshop_title: "Kommunale Koordinierung".to_owned(),
        };
        let disclosed = Disclosed::Open(Box::new(example::person()));
        let lines = Lines {
            position: Position(4711),
            parked_at: None,
        };
        let both = [(&exported, &disclosed), (&exported, &disclosed)];
        let text = String::from_utf8(lines.of(both.into_iter())).expect("text");
        assert_eq!(text.lines().count(), 2);
        let mut line: Value =
            serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
        let object = line.as_object_mut().expect("an object");
        assert_eq!(object.remove("position"), Some(4711.into()));
        let listed = RegistrationBody::of(&exported.registration, &disclosed, None);
        assert_eq!(line, serde_json::to_value(listed).expect("JSON"));
    }
}
