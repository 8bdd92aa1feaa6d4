//! The flow: successive shortest paths, one person after another, by Dijkstra's algorithm on reduced costs.
//!
//! A person enters a topic through the gates that bound it for them; a gate and a topic let in as many
//! as they take. Whoever comes in may move others aside, as long as all together get the best there is.
//! Costs need only be added and compared, so they may have several parts (an ordered group).

use std::{cmp::Reverse, collections::BinaryHeap};

use super::cost::Cost;

/// The number of a gate or a topic.
pub(super) type Door = usize;

/// A topic, or what bounds it for some.
#[derive(Clone, Debug)]
struct Passage {
    /// Where one comes to behind it; a topic leads nowhere.
    next: Option<Door>,
    /// How many it lets in.
    cap: Option<u32>,
    /// How many are in.
    used: u32,
    /// The gates that lead to it.
    feeders: Vec<Door>,
    /// Those who came in here first.
    inside: Vec<usize>,
}

/// A topic somebody may have: the first door on the way there, and what it costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice<const N: usize> {
    pub(super) door: Door,
    pub(super) cost: Cost<N>,
}

/// People, and the topics they may have.
#[derive(Clone, Debug)]
pub(super) struct Network<const N: usize> {
    passages: Vec<Passage>,
    choices: Vec<Vec<Choice<N>>>,
    /// Which of their choices each has.
    chosen: Vec<Option<usize>>,
    /// What it takes to come to a door, or to leave a person, at the least: keeps reduced costs from falling below zero.
    door_potential: Vec<Cost<N>>,
    person_potential: Vec<Cost<N>>,
    /// Empty between two searches; kept, because making it anew takes longer than most searches.
    reached: Reached<N>,
}

/// A place on the way of somebody who looks for a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Door(Door),
    Person(usize),
    /// A place in a topic, or none at all.
    End,
}

/// How one came to a node.
#[derive(Clone, Copy, Debug)]
struct Step {
    from: Node,
    /// Which of their choices a person takes.
    choice: Option<usize>,
}

impl<const N: usize> Network<N> {
    pub(super) fn new() -> Self {
        Self {
            passages: Vec::new(),
            choices: Vec::new(),
            chosen: Vec::new(),
            door_potential: Vec::new(),
            person_potential: Vec::new(),
            reached: Reached::default(),
        }
    }

    /// Adds a topic that takes `cap`.
    pub(super) fn topic(&mut self, cap: Option<u32>) -> Door {
        self.passage(None, cap)
    }

    /// Adds a gate in front of a door.
    pub(super) fn gate(&mut self, next: Door, cap: u32) -> Door {
        let gate = self.passage(Some(next), Some(cap));
        self.passages[next].feeders.push(gate);
        gate
    }

    fn passage(&mut self, next: Option<Door>, cap: Option<u32>) -> Door {
        self.passages.push(Passage {
            next,
            cap,
            used: 0,
            feeders: Vec::new(),
            inside: Vec::new(),
        });
        self.door_potential.push(Cost::ZERO);
        self.reached.doors.push(None);
        self.passages.len() - 1
    }

    /// Lets somebody in for good, whether there is room or not.
    pub(super) fn fix(&mut self, door: Door) {
        self.count(door, |used| used.saturating_add(1));
    }

    fn count(&mut self, door: Door, change: impl Fn(u32) -> u32) {
        let mut at = Some(door);
        while let Some(door) = at {
            let passage = &mut self.passages[door];
            passage.used = change(passage.used);
            at = passage.next;
        }
    }

    /// Says how many are in a topic or behind a gate.
    pub(super) fn used(&self, door: Door) -> u32 {
        self.passages[door].used
    }

    /// Says whether a door lets nobody in any more.
    pub(super) fn is_full(&self, door: Door) -> bool {
        let passage = &self.passages[door];
        passage.cap.is_some_and(|cap| passage.used >= cap)
    }

    /// Adds somebody who may have these, and finds them a place; gives their number.
    pub(super) fn seat(&mut self, choices: Vec<Choice<N>>) -> usize {
        let person = self.choices.len();
        self.choices.push(choices);
        self.chosen.push(None);
        self.person_potential.push(Cost::ZERO);
        self.reached.people.push(None);
        self.augment(person);
        person
    }

    /// Gives the door through which somebody went.
    pub(super) fn door_of(&self, person: usize) -> Option<Door> {
        let choice = self.chosen[person]?;
        Some(self.choices[person][choice].door)
    }

    /// Gives the topic to which a door leads.
    pub(super) fn topic_behind(&self, door: Door) -> Door {
        let mut door = door;
        while let Some(next) = self.passages[door].next {
            door = next;
        }
        door
    }

    /// Closes a topic with all its gates; who was in looks for another.
    pub(super) fn close(&mut self, topic: Door) {
        let doors: Vec<Door> = (0..self.passages.len())
            .filter(|door| self.topic_behind(*door) == topic)
            .collect();
        let mut out = Vec::new();
        for door in &doors {
            let passage = &mut self.passages[*door];
            passage.cap = Some(0);
            passage.used = 0;
            out.append(&mut passage.inside);
        }
        for (choices, chosen) in self.choices.iter_mut().zip(&mut self.chosen) {
            let kept = chosen.map(|chosen| choices[chosen].door);
            choices.retain(|choice| !doors.contains(&choice.door));
            *chosen = choices.iter().position(|choice| Some(choice.door) == kept);
        }
        out.sort_unstable();
        for person in out {
            self.augment(person);
        }
    }

    /// Finds somebody without a place the best there is for all, by the shortest path.
    fn augment(&mut self, person: usize) {
        // Nothing leads to them yet, so whatever potential makes their own ways cost nothing or more is right.
        let ways = self.choices[person].iter();
        let ways = ways.map(|choice| self.door_potential[choice.door] - choice.cost);
        let end = Cost::ZERO - Cost::unplaced();
        self.person_potential[person] = ways.fold(end, Ord::max);
        let reached = std::mem::take(&mut self.reached);
        let mut search = Search::new(self, reached);
        search.run(Node::Person(person));
        let Search {
            mut reached,
            settled,
            touched,
            ..
        } = search;
        let (length, _) = reached.end.expect("one can always go without");
        for node in settled {
            if let Some((far, _)) = reached.get(node) {
                self.raise(node, far - length);
            }
        }
        self.follow(&reached, Node::Person(person));
        for node in touched {
            *reached.slot(node) = None;
        }
        self.reached = reached;
    }

    fn raise(&mut self, node: Node, by: Cost<N>) {
        let potential = match node {
            Node::Door(door) => &mut self.door_potential[door],
            Node::Person(person) => &mut self.person_potential[person],
            Node::End => return,
        };
        *potential = *potential + by;
    }

    /// Moves everybody along the path to its end.
    fn follow(&mut self, reached: &Reached<N>, start: Node) {
        let mut at = Node::End;
        while at != start {
            let (_, step) = reached.get(at).expect("the path was walked");
            match (step.from, at) {
                (Node::Person(person), to) => {
                    self.chosen[person] = step.choice;
                    if let Node::Door(door) = to {
                        self.passages[door].inside.push(person);
                    }
                }
                (Node::Door(door), Node::Person(person)) => {
                    self.passages[door].inside.retain(|other| *other != person);
                }
                (Node::Door(door), Node::Door(next)) if self.passages[door].next == Some(next) => {
                    self.passages[door].used += 1;
                }
                (Node::Door(_), Node::Door(feeder)) => self.passages[feeder].used -= 1,
                (Node::Door(topic), Node::End) => self.passages[topic].used += 1,
                (Node::End, _) => {}
            }
            at = step.from;
        }
    }

    fn potential(&self, node: Node) -> Cost<N> {
        match node {
            Node::Door(door) => self.door_potential[door],
            Node::Person(person) => self.person_potential[person],
            Node::End => Cost::ZERO,
        }
    }
}

/// How far each node is, and how one comes there.
#[derive(Clone, Debug, Default)]
struct Reached<const N: usize> {
    doors: Vec<Option<(Cost<N>, Step)>>,
    people: Vec<Option<(Cost<N>, Step)>>,
    end: Option<(Cost<N>, Step)>,
}

impl<const N: usize> Reached<N> {
    fn get(&self, node: Node) -> Option<(Cost<N>, Step)> {
        match node {
            Node::Door(door) => self.doors[door],
            Node::Person(person) => self.people[person],
            Node::End => self.end,
        }
    }

    fn slot(&mut self, node: Node) -> &mut Option<(Cost<N>, Step)> {
        match node {
            Node::Door(door) => &mut self.doors[door],
            Node::Person(person) => &mut self.people[person],
            Node::End => &mut self.end,
        }
    }
}

/// One search for the shortest path.
struct Search<'n, const N: usize> {
    network: &'n Network<N>,
    reached: Reached<N>,
    /// Nodes whose distance is known for good.
    settled: Vec<Node>,
    /// Nodes whose distance is known by now.
    touched: Vec<Node>,
    heap: BinaryHeap<Reverse<(Cost<N>, Node)>>,
}

impl<'n, const N: usize> Search<'n, N> {
    fn new(network: &'n Network<N>, reached: Reached<N>) -> Self {
        Self {
            network,
            reached,
            settled: Vec::new(),
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    /// Walks from `start` until the end is reached.
    fn run(&mut self, start: Node) {
        let nowhere = Step {
            from: start,
            choice: None,
        };
        self.reach(start, Cost::ZERO, nowhere);
        while let Some(Reverse((far, node))) = self.heap.pop() {
            let known = self.reached.get(node).map(|(known, _)| known);
            if known != Some(far) {
                continue;
            }
            if node == Node::End {
                break;
            }
            self.settled.push(node);
            match node {
                Node::Person(person) => {
                    self.leave_person(person, far + self.network.person_potential[person]);
                }
                Node::Door(door) => self.leave_door(door, far + self.network.door_potential[door]),
                Node::End => {}
            }
        }
    }

    /// Somebody may go through any other door, or do without; `far` is what it costs to come to them.
    fn leave_person(&mut self, person: usize, far: Cost<N>) {
        let network = self.network;
        let from = Node::Person(person);
        for (at, choice) in network.choices[person].iter().enumerate() {
            if network.chosen[person] != Some(at) {
                let step = Step {
                    from,
                    choice: Some(at),
                };
                self.relax(step, Node::Door(choice.door), far + choice.cost);
            }
        }
        let step = Step { from, choice: None };
        self.relax(step, Node::End, far + Cost::unplaced());
    }

    /// Behind a door one goes on where there is room, or in the place of somebody who came through it.
    fn leave_door(&mut self, door: Door, far: Cost<N>) {
        let network = self.network;
        let passage = &network.passages[door];
        let step = Step {
            from: Node::Door(door),
            choice: None,
        };
        if !network.is_full(door) {
            match passage.next {
                Some(next) => self.relax(step, Node::Door(next), far),
                None => self.relax(step, Node::End, far + Cost::joining(passage.used)),
            }
        }
        for feeder in &passage.feeders {
            let moved = &network.passages[*feeder];
            // Whom nobody can move stands there for good.
            if moved.used > 0 {
                self.relax(step, Node::Door(*feeder), far);
            }
        }
        for person in &passage.inside {
            if let Some(chosen) = network.chosen[*person] {
                let cost = network.choices[*person][chosen].cost;
                self.relax(step, Node::Person(*person), far - cost);
            }
        }
    }

    /// Notes that a node costs no more than `costs`, if that is news.
    fn relax(&mut self, step: Step, to: Node, costs: Cost<N>) {
        let far = costs - self.network.potential(to);
        // What is no nearer than an end that is known leads to no nearer one.
        if self.reached.end.is_some_and(|(end, _)| far >= end) {
            return;
        }
        if self.reached.get(to).is_none_or(|(known, _)| far < known) {
            self.reach(to, far, step);
        }
    }

    fn reach(&mut self, node: Node, far: Cost<N>, step: Step) {
        let slot = self.reached.slot(node);
        if slot.is_none() {
            self.touched.push(node);
        }
        *slot = Some((far, step));
        self.heap.push(Reverse((far, node)));
    }
}
