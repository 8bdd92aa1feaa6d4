//! What may be asked in a law, and how it is made up. Ids are small, so that they collide.

use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::{
    aim::AIMED,
    model::{
        Amending, By, Form, Hour, Id, Patch, Public, Replacer, Replacing, Rules, Waitlist, Way,
        Who, Wish,
    },
};

/// One thing that is asked, so many hours after the one before.
pub(crate) type Step = (Hour, Ask);

/// What may be asked of a published workshop.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Submit(Form),
    Group { together: bool, members: Vec<Form> },
    ConfirmEmail(Id),
    Approve(Id),
    Decline(Id),
    Offer(Id),
    Promote(Id),
    Accept(Id),
    DeclineOffer(Id),
    Cancel(Id, By),
    ToWaitlist(Id),
    Reinstate { id: Id, overriding: bool },
    Amend(Id, Amending),
    Substitute(Id, Replacing),
    Merge { id: Id, into: Id },
    NewLink(Id),
    Patch(Patch),
    Release(u8),
    Draw(u8),
    Publish,
    Postpone(Hour),
    CallOff,
    Settle,
}

/// Tries so many cases, or as many as `PROPTEST_CASES` says.
pub(crate) fn cases(usually: u32) -> ProptestConfig {
    let stated = std::env::var("PROPTEST_CASES").ok();
    let stated = stated.and_then(|stated| stated.parse().ok());
    ProptestConfig {
        cases: stated.unwrap_or(usually),
        // What is found stays as a test of its own, not as a file beside it.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Makes up so many steps.
pub(crate) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![16 => Just(0), 8 => 1_i64..4, 1 => 4_i64..30];
    vec((wait, ask()), 0..most)
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        1 => Just(Ask::CallOff),
        200 => likely(),
    ]
}

fn likely() -> impl Strategy<Value = Ask> {
    prop_oneof![
        30 => form().prop_map(Ask::Submit),
        4 => group(),
        40 => about_one(),
        12 => desk(),
        8 => host(),
    ]
}

fn group() -> impl Strategy<Value = Ask> {
    (any::<bool>(), 0_u8..3, way(), vec(form(), 1..4)).prop_map(
        |(together, program, way, members)| {
            let members = members.into_iter().map(|form| Form {
                program,
                overriding: false,
                way,
                ..form
            });
            Ask::Group {
                together,
                members: members.collect(),
            }
        },
    )
}

/// A registration, more often than not one whom the ask fits.
fn id() -> impl Strategy<Value = Id> {
    prop_oneof![2 => 0_u16..12, 8 => AIMED..AIMED + 20]
}

fn wish() -> impl Strategy<Value = Wish> {
    let wrong = select(vec![
        Wish::SlotTwice,
        Wish::TooManyRanked,
        Wish::TooManyVetoes,
        Wish::TopicTwice,
        Wish::OtherSlot,
    ]);
    prop_oneof![30 => (0_u8..4).prop_map(Wish::Topic), 1 => wrong]
}

fn form() -> impl Strategy<Value = Form> {
    let program = prop_oneof![30 => 0_u8..3, 1 => Just(3)];
    let who = (0_u16..12, prop::bool::weighted(0.06), program, 0_u8..3);
    let how = (
        way(),
        prop::bool::weighted(0.95),
        prop::bool::weighted(0.05),
    );
    let known = (
        option::weighted(0.2, 0_u8..6),
        option::weighted(0.4, 0_u16..8),
        wish(),
    );
    (who, how, known).prop_map(|(who, how, (reference, alike, wish))| Form {
        person: who.0,
        nobody: who.1,
        program: who.2,
        town: who.3,
        // Only an office may override.
        way: if how.2 { Way::Office } else { how.0 },
        email: how.1,
        overriding: how.2,
        reference,
        alike,
        wish,
    })
}

fn way() -> impl Strategy<Value = Way> {
    select(vec![Way::Office, Way::Office, Way::Api, Way::Web, Way::Web])
}

fn by() -> impl Strategy<Value = By> {
    select(vec![By::Office, By::Feeder, By::Participant])
}

fn about_one() -> impl Strategy<Value = Ask> {
    prop_oneof![
        6 => id().prop_map(Ask::ConfirmEmail),
        6 => id().prop_map(Ask::Approve),
        3 => id().prop_map(Ask::Decline),
        3 => id().prop_map(Ask::Offer),
        4 => id().prop_map(Ask::Promote),
        6 => id().prop_map(Ask::Accept),
        3 => id().prop_map(Ask::DeclineOffer),
        12 => (id(), by()).prop_map(|(id, by)| Ask::Cancel(id, by)),
        4 => id().prop_map(Ask::ToWaitlist),
        6 => (id(), prop::bool::weighted(0.2))
            .prop_map(|(id, overriding)| Ask::Reinstate { id, overriding }),
        1 => id().prop_map(Ask::NewLink),
    ]
}

fn desk() -> impl Strategy<Value = Ask> {
    prop_oneof![
        4 => (id(), amending()).prop_map(|(id, amending)| Ask::Amend(id, amending)),
        3 => (id(), replacing()).prop_map(|(id, replacing)| Ask::Substitute(id, replacing)),
        6 => (id(), id()).prop_map(|(id, into)| Ask::Merge { id, into }),
    ]
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![9 => (0_u16..12).prop_map(Who::Person), 1 => Just(Who::Nobody)]
}

fn amending() -> impl Strategy<Value = Amending> {
    let wish = (
        option::weighted(0.3, wish()),
        option::weighted(0.1, 1_u32..3),
    );
    let data = (
        option::weighted(0.4, who()),
        option::weighted(0.3, 0_u16..8),
    );
    let town = option::weighted(0.5, 0_u8..3);
    (by(), town, wish, data).prop_map(|(by, town, (wish, notice), (data, alike))| Amending {
        by,
        town,
        wish,
        notice,
        data,
        alike,
    })
}

fn replacing() -> impl Strategy<Value = Replacing> {
    let by = select(vec![
        Replacer::Participant,
        Replacer::Office,
        Replacer::Host { reason: false },
        Replacer::Host { reason: true },
    ]);
    (by, who(), 0_u8..3).prop_map(|(by, who, town)| Replacing { by, who, town })
}

fn host() -> impl Strategy<Value = Ask> {
    prop_oneof![
        20 => patch().prop_map(Ask::Patch),
        3 => (0_u8..4).prop_map(Ask::Release),
        4 => any::<u8>().prop_map(Ask::Draw),
        2 => (40_i64..300).prop_map(Ask::Postpone),
        1 => Just(Ask::Publish),
        3 => Just(Ask::Settle),
    ]
}

fn hour() -> impl Strategy<Value = Option<Hour>> {
    option::weighted(0.3, 1_i64..90)
}

fn cap() -> impl Strategy<Value = Option<u32>> {
    option::weighted(0.3, 0_u32..4)
}

fn kept() -> impl Strategy<Value = Option<(u32, Option<Hour>)>> {
    option::weighted(0.3, (0_u32..4, hour()))
}

fn waitlist() -> impl Strategy<Value = Waitlist> {
    select(vec![
        Waitlist::Skip,
        Waitlist::Skip,
        Waitlist::Strict,
        Waitlist::Off,
    ])
}

fn public() -> impl Strategy<Value = Public> {
    select(vec![Public::Closed, Public::Open, Public::Confirmed])
}

fn seats() -> impl Strategy<Value = Option<u32>> {
    option::weighted(0.9, 0_u32..8)
}

fn patch() -> impl Strategy<Value = Patch> {
    prop_oneof![
        6 => seats().prop_map(Patch::Seats),
        2 => (0_u8..3, cap()).prop_map(|(program, cap)| Patch::Cap(program, cap)),
        2 => (0_u8..3, cap()).prop_map(|(town, cap)| Patch::Town(town, cap)),
        2 => (0_u8..3, kept()).prop_map(|(program, kept)| Patch::Kept(program, kept)),
        1 => public().prop_map(Patch::Public),
        1 => any::<bool>().prop_map(Patch::Lottery),
        2 => any::<bool>().prop_map(Patch::Approval),
        3 => waitlist().prop_map(Patch::Waitlist),
        2 => offers().prop_map(Patch::Offers),
        1 => hour().prop_map(Patch::Opens),
        1 => hour().prop_map(Patch::Closes),
        1 => hour().prop_map(Patch::CancelUntil),
        2 => hour().prop_map(Patch::Stops),
        1 => (1_u8..5).prop_map(Patch::Topics),
    ]
}

fn offers() -> impl Strategy<Value = Option<u16>> {
    option::weighted(0.5, 1_u16..6)
}

/// Makes up the rules of a workshop that do not contradict themselves.
pub(crate) fn rules() -> impl Strategy<Value = Rules> {
    let buckets = (seats(), [cap(), cap(), cap()], [cap(), cap(), cap()]);
    let kept = [kept(), kept(), kept()];
    let ways = (
        public(),
        prop::bool::weighted(0.15),
        any::<bool>(),
        waitlist(),
        offers(),
    );
    let opens = option::weighted(0.1, 1_i64..20);
    let limits = (
        opens,
        option::weighted(0.3, 20_i64..90),
        hour(),
        hour(),
        hour(),
        hour(),
    );
    let rules = (buckets, kept, ways, limits).prop_map(|(buckets, kept, ways, limits)| Rules {
        seats: buckets.0,
        caps: buckets.1,
        towns: buckets.2,
        kept,
        public: ways.0,
        lottery: ways.1,
        approval: ways.2,
        waitlist: ways.3,
        offers: ways.4,
        opens: limits.0,
        closes: limits.1,
        cancel_until: limits.2,
        substitute_until: limits.3,
        wishes_until: limits.4,
        stops: limits.5,
        begins: 120,
        ends: 200,
        topics: 4,
    });
    rules.prop_map(fitting)
}

/// Keeps no more seats than there are.
fn fitting(mut rules: Rules) -> Rules {
    let sum: u32 = rules.kept.iter().flatten().map(|(seats, _)| seats).sum();
    if rules.seats.is_some_and(|seats| sum > seats) || rules.odd() {
        rules.kept = [None; 3];
        rules.opens = None;
    }
    rules
}
