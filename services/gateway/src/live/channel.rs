//! What those who see the same are told, written once for all of them.

use std::collections::VecDeque;

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::{
    Fault, ReadModel,
    query::{FeedWindow, Happening, MAX_LIMIT},
};
use tokio::sync::Mutex;

use crate::{answer::json, ask::Viewer, form::HappeningBody};

/// How many decisions the end of the feed holds.
const KEPT: usize = 2_000;

/// A decision as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    /// Its position.
    pub(crate) position: Position,
    /// What is told, in JSON.
    pub(crate) text: std::sync::Arc<str>,
}

/// A part of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The decisions, in the order of the log.
    pub(crate) news: Vec<News>,
    /// Up to which position there are no others.
    pub(crate) reached: Position,
}

/// The feed of all who see the same.
#[derive(Debug)]
pub(crate) struct Channel {
    viewer: Viewer,
    tail: Mutex<Tail>,
}

/// The end of the feed: everything behind `from`, up to `reached`.
#[derive(Debug, Default)]
struct Tail {
    from: Position,
    reached: Position,
    news: VecDeque<News>,
}

impl Channel {
    pub(super) fn new(viewer: Viewer) -> Self {
        Self {
            viewer,
            tail: Mutex::default(),
        }
    }

    /// Gives what came behind `after`; `heard` is how far the read model has come, as far as is known.
    pub(crate) async fn behind(
        &self,
        read_model: &ReadModel,
        after: Position,
        heard: Position,
    ) -> Result<Part, Fault> {
        let mut tail = self.tail.lock().await;
        if tail.reached == Position::START {
            tail.begin(after.min(heard));
        }
        if after < tail.from {
            drop(tail);
            return self.read(read_model, after).await;
        }
        if tail.reached < heard && tail.reached <= after {
            let part = self.read(read_model, tail.reached).await?;
            tail.extend(part);
        }
        Ok(tail.behind(after))
    }

    async fn read(&self, read_model: &ReadModel, after: Position) -> Result<Part, Fault> {
        let window = FeedWindow {
            after,
            limit: MAX_LIMIT,
            persons: self.viewer.sees_persons(),
        };
        let answer = read_model.changes(&self.viewer.scope(), window).await?;
        Ok(Part {
            news: answer.value.items.iter().map(|it| self.tell(it)).collect(),
            reached: answer.value.reached,
        })
    }

    fn tell(&self, happening: &Happening) -> News {
        let text = json(&HappeningBody::of(happening, &self.viewer));
        let text = String::from_utf8(text).expect("JSON is text");
        News {
            position: happening.position,
            text: text.into(),
        }
    }
}

impl Tail {
    fn begin(&mut self, from: Position) {
        (self.from, self.reached) = (from, from);
    }

    fn extend(&mut self, part: Part) {
        self.reached = self.reached.max(part.reached);
        self.news.extend(part.news);
        while self.news.len() > KEPT {
            if let Some(oldest) = self.news.pop_front() {
                self.from = oldest.position;
            }
        }
    }

    fn behind(&self, after: Position) -> Part {
        let first = self.news.partition_point(|news| news.position <= after);
        Part {
            news: self.news.range(first..).cloned().collect(),
            reached: self.reached.max(after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(positions: impl IntoIterator<Item = u64>, reached: u64) -> Part {
        let news = positions.into_iter().map(|position| News {
            position: Position(position),
            text: "{}".into(),
        });
        Part {
            news: news.collect(),
            reached: Position(reached),
        }
    }

    #[test]
    fn the_end_gives_what_came_behind_a_position_and_up_to_where_that_is_all() {
        let mut tail = Tail::default();
        tail.begin(Position(10));
        tail.extend(part([12, 15], 20));
        assert_eq!(tail.behind(Position(10)), part([12, 15], 20));
        assert_eq!(tail.behind(Position(12)), part([15], 20));
        assert_eq!(tail.behind(Position(20)), part([], 20));
        assert_eq!(tail.behind(Position(25)), part([], 25));
    }

    #[test]
    fn what_is_forgotten_is_asked_of_the_read_model_again() {
        let mut tail = Tail::default();
        tail.begin(Position(1));
        let many = u64::try_from(KEPT).expect("a small number");
        tail.extend(part(2..many + 5, many + 10));
        assert_eq!(tail.news.len(), KEPT);
        let kept = tail.behind(tail.from);
        assert_eq!(kept.news.len(), KEPT, "nothing behind it is missing");
        assert!(
            tail.from > Position(1),
            "who comes from further back is not served from here"
        );
    }
}
