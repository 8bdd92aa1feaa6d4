"""Says of allocations of topics whether a solver that knows nothing of ours finds a better one.

`make` prints cases as JSON: what an allocation depends on. `check` reads them back with their allocations. For each
slot, and within it for those with wishes and those without, the levels of the objective are put to HiGHS one behind
the other, each with all levels before it held at what the allocation reaches. Whatever HiGHS gives is counted again
in whole numbers. Prints a line for each case; ends with 1 if anything was better, or not allowed.
"""

import json
import random
import sys

import highspy
import numpy

TIES = 1 << 20
MASK = (1 << 64) - 1


class Chance:
    """xoshiro256**, seeded by four little-endian numbers."""

    def __init__(self, seed):
        words = [int.from_bytes(seed[at : at + 8], "little") for at in range(0, 32, 8)]
        self.state = words if any(words) else [1] * 4

    def next(self):
        s = self.state
        product = s[1] * 5 & MASK
        drawn = ((product << 7 | product >> 57) & MASK) * 9 & MASK
        shifted = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = (s[3] << 45 | s[3] >> 19) & MASK
        return drawn

    def below(self, bound):
        rest = (1 << 64) % bound
        while True:
            drawn = self.next()
            if drawn <= MASK - rest:
                return drawn % bound


def make():
    """Makes cases, the same every time: large, scarce, bounded in every way, and to be repaired."""
    wide = {"people": 1000, "topics": 30, "room": 1.1}
    return [
        case("large", **wide),
        case("scarce", people=300, topics=10, room=0.8),
        case("without wishes", people=200, topics=8, room=1.2, wishing=0.3),
        case("bounded", people=300, topics=12, room=1.3, bounds=True, least=20),
        case("pinned", people=200, topics=10, room=1.1, bounds=True, least=8, fixed=0.1),
        case("repaired", people=200, topics=10, room=1.2, bounds=True, fixed=0.8, repair=True),
    ]


def case(name, people, topics, room, wishing=0.9, bounds=False, least=0, fixed=0.0, repair=False):
    """Makes people of five programs and twenty municipalities, of whom most wish for the same few topics."""
    chance = random.Random(name)
    offered = []
    for slot in (1, 2):
        for number in range(topics):
            offered.append(
                {
                    "slot": slot,
                    "code": f"topic-{number:02}",
                    "min": chance.randint(0, least),
                    "max": max(1, round(people * room / topics * chance.uniform(0.5, 1.5))),
                    "program_caps": {"p1": people // topics // 3} if bounds else {},
                    "municipality_cap": chance.choice([None, 2, 4]) if bounds else None,
                }
            )
    codes = [topic["code"] for topic in offered if topic["slot"] == 1]
    return {
        "name": name,
        "seed": chance.randbytes(32).hex(),
        "repair": repair,
        "topics": offered,
        "people": [somebody(chance, at, codes, (wishing, fixed)) for at in range(people)],
    }


def somebody(chance, at, codes, likely):
    wishing, fixed = likely
    dear = [1 / (1 + rank) for rank in range(len(codes))]
    wishes = []
    for slot in (1, 2):
        if chance.random() < wishing:
            drawn = chance.choices(codes, dear, k=4)
            ranked = list(dict.fromkeys(drawn))[:3]
            others = [code for code in codes if code not in ranked]
            unwanted = chance.sample(others, chance.randint(0, 2))
            wishes.append({"slot": slot, "ranked": ranked, "vetoes": unwanted})
    both = chance.sample(codes, 2)
    return {
        "id": at + 1,
        "program": f"p{at % 5}",
        "municipality": f"{chance.randint(1, 20):05}",
        "wishes": wishes,
        "fixed": {str(slot): both[slot - 1] for slot in (1, 2) if chance.random() < fixed},
    }


class Wrong(Exception):
    """What is wrong with an allocation."""


def ranked(person, slot):
    """Gives the wishes of a person in a slot, the dearest first."""
    return next((w["ranked"] for w in person["wishes"] if w["slot"] == slot), [])


def vetoes(person, slot):
    return next((w["vetoes"] for w in person["wishes"] if w["slot"] == slot), [])


class Round:
    """One slot, and within it those with wishes or those without."""

    def __init__(self, case, slot, ties):
        self.case, self.slot, self.ties = case, slot, ties
        self.topics = [t for t in case["topics"] if t["slot"] == slot]
        closed = {c["topic"] for c in case["closed"] if c["slot"] == slot}
        self.open = [t for t in self.topics if t["code"] not in closed]
        self.ranks = max((len(w["ranked"]) for p in case["people"] for w in p["wishes"]), default=0)

    def has(self, person):
        return case_places(self.case, person).get(str(self.slot))

    def allowed(self, person):
        """Gives the topics that a person may have."""
        other = str(3 - self.slot)
        fixed = person["fixed"].get(other)
        taken = case_places(self.case, person).get(other, fixed) if self.slot == 2 else fixed
        unwanted = vetoes(person, self.slot)
        return [t["code"] for t in self.open if t["code"] not in unwanted and t["code"] != taken]

    def level(self, person, code):
        """Gives the level on which a topic costs something, behind that of going without."""
        wishes = ranked(person, self.slot)
        if not wishes:
            return None
        if code not in wishes:
            return 1
        rank = wishes.index(code) + 1
        return None if rank == 1 else 2 + self.ranks - rank

    def costs(self, people, places):
        """Counts what an allocation of these people costs, level by level, in whole numbers."""
        levels = [0] * (2 + max(self.ranks - 1, 0))
        sizes = self.sizes_before(people)
        ties = 0
        for person in people:
            code = places.get(person["id"])
            if code is None:
                levels[0] += 1
                continue
            level = self.level(person, code)
            if level is not None:
                levels[level] += 1
            sizes[code] += 1
            ties += self.ties[person["id"], self.slot, code]
        squares = sum(size * size for size in sizes.values())
        return [*levels, squares, ties]

    def sizes_before(self, people):
        """Counts who has each topic, these people aside."""
        these = {p["id"] for p in people}
        sizes = {t["code"]: 0 for t in self.topics}
        for person in self.others(these):
            sizes[self.has(person)] += 1
        return sizes

    def others(self, these):
        """Gives those who have a topic already when these people look for one."""
        with_wishes = any(ranked(p, self.slot) for p in self.case["people"] if p["id"] in these)
        for person in self.case["people"]:
            if person["id"] in these or self.has(person) is None:
                continue
            if str(self.slot) in person["fixed"] or not with_wishes:
                yield person

    def check_bounds(self):
        """Insists that no topic holds more than it takes, and nobody what they may not have."""
        counts = {}
        for person in self.case["people"]:
            code = self.has(person)
            if code is None:
                continue
            if str(self.slot) in person["fixed"]:
                if person["fixed"][str(self.slot)] != code:
                    raise Wrong(f"{person['id']} does not keep what is fixed")
            elif code not in self.allowed(person):
                raise Wrong(f"{person['id']} may not have {code}")
            for gate in gates(person, code):
                counts[gate] = counts.get(gate, 0) + 1
        for topic in self.topics:
            for gate, cap in caps(topic, self.case["people"]):
                fixed = sum(
                    gate in gates(p, p["fixed"][str(self.slot)])
                    for p in self.case["people"]
                    if str(self.slot) in p["fixed"]
                )
                if counts.get(gate, 0) > max(cap, fixed):
                    raise Wrong(f"{gate} holds {counts[gate]} of {cap}")

    def check_best(self, people):
        """Insists that HiGHS finds nothing better for these people."""
        if not people:
            return 0
        ours = {p["id"]: self.has(p) for p in people if self.has(p) is not None}
        reached = self.costs(people, ours)
        program = Program(self, people, ours)
        solved = 0
        for number, cost in enumerate(reached):
            if not program.levels[number][0].any():
                continue
            solved += 1
            found, places = program.solve(number)
            theirs = self.costs(people, places)
            if theirs < reached or found < cost - max(1e-6 * abs(cost), 0.01):
                raise Wrong(f"slot {self.slot}: {theirs} instead of {reached}")
            program.hold(number, cost)
        return solved


class Program:
    """Linear programs of one round: who takes which topic, and by how much sizes differ from the allocation's."""

    def __init__(self, of, people, ours):
        self.of, self.ours = of, ours
        self.columns = [(p, code) for p in people for code in of.allowed(p)]
        self.sizes = of.sizes_before(people)
        self.codes = [t["code"] for t in of.open]
        amount = len(self.columns)
        # Behind the places: for each topic one more, and one less, than the allocation has.
        width = amount + 2 * len(self.codes)
        now = dict.fromkeys(self.codes, 0)
        for code in ours.values():
            now[code] += 1
        self.highs = highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.addVars(width, numpy.zeros(width), numpy.ones(width))
        self.levels = self.objectives(len(people), amount, now)
        rows = {}
        for at, (person, code) in enumerate(self.columns):
            rows.setdefault(("person", person["id"]), []).append(at)
            for gate in gates(person, code):
                rows.setdefault(gate, []).append(at)
        bounds = {("person", p["id"]): 1 for p in people}
        for topic in of.open:
            bounds.update(self.rooms(topic, people))
        for gate, at in rows.items():
            if gate in bounds:
                self.row(-highspy.kHighsInf, bounds[gate], at, [1.0] * len(at))
        self.steps = []
        for index, code in enumerate(self.codes):
            at = rows.get(("topic", code), [])
            more, less = amount + 2 * index, amount + 2 * index + 1
            values = [1.0] * len(at) + [-1.0, 1.0]
            self.steps.append((now[code], [*at, more, less], values))
        self.stepped = False

    def rooms(self, topic, people):
        """Gives how many more a topic takes, through each of its gates."""
        these = {p["id"] for p in people}
        before = list(self.of.others(these))
        for gate, cap in caps(topic, self.of.case["people"]):
            used = sum(gate in gates(p, self.of.has(p)) for p in before)
            yield gate, max(cap - used, 0)

    def objectives(self, people, amount, now):
        """Gives the costs of each level, and what is counted beside them."""
        of = self.of
        count = 2 + max(of.ranks - 1, 0)
        levels = [numpy.zeros(amount + 2 * len(self.codes)) for _ in range(count + 2)]
        for at, (person, code) in enumerate(self.columns):
            levels[0][at] = -1
            level = of.level(person, code)
            if level is not None:
                levels[level][at] = 1
            levels[count + 1][at] = of.ties[person["id"], of.slot, code]
        for index, code in enumerate(self.codes):
            size = now[code] + self.sizes[code]
            # One more, or one less, changes a square by so much; what is convex is best where no step is better.
            levels[count][amount + 2 * index] = 2 * size + 1
            levels[count][amount + 2 * index + 1] = 1 - 2 * size
        constants = [0] * (count + 2)
        constants[0] = people
        constants[count] = sum(
            (now.get(code, 0) + size) ** 2 for code, size in self.sizes.items()
        )
        return list(zip(levels, constants))

    def row(self, lower, upper, at, values):
        self.highs.addRow(
            lower, upper, len(at), numpy.array(at, dtype=numpy.int32), numpy.array(values)
        )

    def solve(self, number):
        """Gives the least cost on a level, and places that cost it."""
        costs, constant = self.levels[number]
        if number >= len(self.levels) - 2 and not self.stepped:
            self.stepped = True
            for size, at, values in self.steps:
                self.row(size, size, at, values)
        self.highs.changeColsCost(len(costs), numpy.arange(len(costs), dtype=numpy.int32), costs)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise Wrong(f"no optimum: {status}")
        taken = self.highs.getSolution().col_value
        places = {}
        for (person, code), value in zip(self.columns, taken):
            if abs(value - round(value)) > 1e-4:
                raise Wrong("a part of a person")
            if value > 0.5:
                places[person["id"]] = code
        return self.highs.getObjectiveValue() + constant, places

    def hold(self, number, cost):
        """Keeps a level at what the allocation reaches."""
        costs, constant = self.levels[number]
        at = numpy.flatnonzero(costs)
        if len(at):
            self.row(cost - constant, cost - constant, at, costs[at])


def gates(person, code):
    """Gives what bounds a person on the way to a topic."""
    return [
        ("topic", code),
        ("program", code, person["program"]),
        ("municipality", code, person["program"], person["municipality"]),
    ]


def caps(topic, people):
    """Gives the bounds of a topic."""
    code = topic["code"]
    if topic["max"] is not None:
        yield ("topic", code), topic["max"]
    for program, cap in topic["program_caps"].items():
        yield ("program", code, program), cap
    if topic["municipality_cap"] is not None:
        for place in {(p["program"], p["municipality"]) for p in people}:
            yield ("municipality", code, *place), topic["municipality_cap"]


def case_places(case, person):
    return case["places"].get(str(person["id"]), {})


def check(case):
    """Insists that a case is solved as well as can be; says how many programs were solved."""
    chance = Chance(bytes.fromhex(case["seed"]))
    ties = {}
    for slot in (1, 2):
        codes = [t["code"] for t in case["topics"] if t["slot"] == slot]
        for person in case["people"]:
            for code in codes:
                ties[person["id"], slot, code] = chance.below(TIES)
    solved = 0
    for slot in (1, 2):
        one = Round(case, slot, ties)
        if not one.topics:
            continue
        one.check_bounds()
        for closed in case["closed"]:
            if closed["slot"] == slot and closed["size"] >= closed["min"]:
                raise Wrong(f"{closed['topic']} had enough")
        seekers = [p for p in case["people"] if str(slot) not in p["fixed"]]
        solved += one.check_best([p for p in seekers if ranked(p, slot)])
        solved += one.check_best([p for p in seekers if not ranked(p, slot)])
    return solved


def main():
    if sys.argv[1:] == ["make"]:
        json.dump(make(), sys.stdout)
        return
    failed = 0
    for of in json.load(sys.stdin):
        people, topics = len(of["people"]), len(of["topics"])
        try:
            said = f"{check(of)} linear programs, nothing better"
        except Wrong as wrong:
            failed += 1
            said = f"WRONG: {wrong}"
        print(f"{of['name']}: {people} people, {topics} topics: {said}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
