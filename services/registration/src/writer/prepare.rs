//! Finding out what the jobs of an attempt need, all at once: one statement for newcomers, one for those who are known.

use anmeldewerk_domain::workshop::{GroupContact, Known};
use anmeldewerk_journal::Journal;
use anmeldewerk_vault::Vault;

use super::{
    attempt::Pending,
    cells::Cells,
    content,
    need::{Need, Resolved, need},
    note,
    person::{self, Met},
};

/// Finds out what each job needs; who needs what cannot be had is hindered.
pub(super) async fn prepare<J: Journal>(
    jobs: &mut [Pending],
    journal: &J,
    vault: &Vault,
    cells: &Cells,
) {
    let (mut strangers, mut newcomers) = (Vec::new(), Vec::new());
    let (mut wanted, mut known) = (Vec::new(), Vec::new());
    let (mut notes, mut noting) = (Vec::new(), Vec::new());
    for (index, pending) in jobs.iter().enumerate() {
        let cell = cells.get(&pending.job.asked.boundary);
        match cell.map_or(Need::Nothing, |cell| need(pending, cell)) {
            Need::Nothing => {}
            Need::Persons(persons) => {
                newcomers.push((index, persons.len()));
                strangers.extend(persons);
            }
            Need::Keys(note) => {
                noting.push(index);
                notes.push(note);
            }
            Need::Content(content) => {
                known.push(index);
                wanted.push(*content);
            }
        }
    }
    let met = person::resolve_each(vault, &strangers).await;
    let compared = content::compare_each(journal, vault, &wanted).await;
    let sealed = note::seal_each(vault, &notes).await;
    let mut met = met.into_iter();
    for (index, amount) in newcomers {
        let persons: Option<Vec<Met>> = met.by_ref().take(amount).collect();
        found_out(&mut jobs[index], persons.map(persons_of));
    }
    let known = known.into_iter().zip(compared);
    for (index, resolved) in known.chain(noting.into_iter().zip(sealed)) {
        let had = !matches!(resolved, Resolved::Nothing);
        found_out(&mut jobs[index], had.then_some(resolved));
    }
}

fn persons_of(met: Vec<Met>) -> Resolved {
    let (persons, contacts): (Vec<Known>, Vec<Option<GroupContact>>) =
        met.into_iter().map(|met| (met.who, met.contact)).unzip();
    Resolved::Persons(persons, contacts.into_iter().flatten().next())
}

fn found_out(pending: &mut Pending, resolved: Option<Resolved>) {
    pending.hindered = resolved.is_none();
    pending.resolved = resolved.unwrap_or(Resolved::Nothing);
}
