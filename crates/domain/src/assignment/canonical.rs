//! An input as bytes, for whoever wants to name it by a hash.

use super::{Extent, Input, Person, Topic};
use crate::{
    TopicCode,
    workshop::{Slot, Wishes},
};

impl Input {
    /// Gives the most wishes that anybody stated for one slot.
    pub fn longest(&self) -> usize {
        let wishes = self.people.iter().flat_map(|person| &person.wishes);
        wishes.map(|wishes| wishes.ranked.len()).max().unwrap_or(0)
    }

    /// Gives the input as bytes: equal inputs have equal bytes, and different ones different bytes.
    ///
    /// A number is four bytes, big end first; a text is its length and its bytes; a list its length and its items;
    /// what may be absent is preceded by 0 or 1.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Bytes(Vec::new());
        bytes.byte(match self.extent {
            Extent::Whole => 0,
            Extent::Repair => 1,
        });
        bytes.list(&self.topics, Bytes::topic);
        bytes.list(&self.people, Bytes::person);
        bytes.0
    }
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn number(&mut self, number: u32) {
        self.0.extend(number.to_be_bytes());
    }

    fn length(&mut self, length: usize) {
        self.number(u32::try_from(length).unwrap_or(u32::MAX));
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], one: impl Fn(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            one(self, item);
        }
    }

    fn maybe(&mut self, number: Option<u32>) {
        self.byte(u8::from(number.is_some()));
        if let Some(number) = number {
            self.number(number);
        }
    }

    fn slot(&mut self, slot: Slot) {
        self.byte(match slot {
            Slot::First => 1,
            Slot::Second => 2,
        });
    }

    fn code(&mut self, code: &TopicCode) {
        self.text(code.as_str());
    }

    fn topic(&mut self, topic: &Topic) {
        self.slot(topic.slot);
        self.code(&topic.code);
        self.number(topic.min);
        self.maybe(topic.max);
        self.length(topic.program_caps.len());
        for (program, cap) in &topic.program_caps {
            self.text(program.as_str());
            self.number(*cap);
        }
        self.maybe(topic.municipality_cap);
    }

    fn person(&mut self, person: &Person) {
        self.0.extend(person.registration.0.to_be_bytes());
        self.text(person.program.as_str());
        self.text(person.municipality.as_str());
        self.list(&person.wishes, Self::wishes);
        self.length(person.fixed.len());
        for (slot, code) in &person.fixed {
            self.slot(*slot);
            self.code(code);
        }
    }

    fn wishes(&mut self, wishes: &Wishes) {
        self.slot(wishes.slot);
        self.list(&wishes.ranked, Self::code);
        self.list(&wishes.vetoes, Self::code);
    }
}
