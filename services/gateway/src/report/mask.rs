//! Figures for the public: nobody is to be found again in a small one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Entry;

/// The smallest figure that is shown to the public; none at all is no person's.
const SMALLEST: u64 = 3;

/// Masks small figures, and as many others as keep them from being worked out.
///
/// In each row: figures under three; where that is one alone, the smallest of the others, too, because a row adds up
/// to what it is a part of. In each column of one workshop the same, because its rows add up to the total. What a
/// masked row is a part of is masked with it. Repeated until nothing stands alone.
pub(crate) fn mask(entries: &mut [Entry]) {
    let mut cells = cells(entries);
    for cell in &mut cells {
        cell.masked = (1..SMALLEST).contains(&cell.amount);
    }
    while protect(&mut cells, |cell| cell.row) | protect(&mut cells, |cell| cell.column) {}
    for cell in cells.iter().filter(|cell| cell.masked) {
        let entry = &mut entries[cell.row];
        entry.figures.insert(cell.name.clone(), Value::Null);
        entry.masked = true;
    }
    for entry in entries.iter_mut() {
        let small = entry.of.is_some_and(|all| (1..SMALLEST).contains(&all));
        if entry.masked || small {
            entry.of = None;
            entry.masked = true;
        }
    }
    hide_sums(entries);
}

/// Takes away sums from which a masked figure could be worked out.
fn hide_sums(entries: &mut [Entry]) {
    let masked = entries.iter().filter(|entry| entry.masked);
    let series: BTreeSet<String> = masked.map(series_of).collect();
    for entry in entries.iter_mut() {
        if entry.masked
            && let Some(seats) = entry.about.get_mut("seats")
        {
            seats["used"] = Value::Null;
        }
        if entry.about.contains_key("cumulated") && series.contains(&series_of(entry)) {
            entry.about.insert("cumulated".to_owned(), Value::Null);
            entry.of = None;
        }
    }
}

/// Names the series of days that a row belongs to.
fn series_of(entry: &Entry) -> String {
    let part = |name: &str| entry.about.get(name).and_then(Value::as_str).unwrap_or("");
    format!("{} {} {}", entry.workshop, part("program"), part("event"))
}

/// One figure of one row.
struct Cell {
    row: usize,
    /// Which of the figures of one workshop.
    column: usize,
    name: String,
    amount: u64,
    masked: bool,
}

fn cells(entries: &[Entry]) -> Vec<Cell> {
    let mut columns = BTreeMap::new();
    let mut cells = Vec::new();
    for (row, entry) in entries.iter().enumerate() {
        for (name, amount) in &entry.figures {
            let next = columns.len();
            let column = *columns
                .entry((entry.workshop, name.clone()))
                .or_insert(next);
            cells.push(Cell {
                row,
                column,
                name: name.clone(),
                amount: amount.as_u64().unwrap_or(0),
                masked: false,
            });
        }
    }
    cells
}

/// Masks the smallest other figure of each line in which one is masked alone; says whether there was any.
fn protect(cells: &mut [Cell], line: impl Fn(&Cell) -> usize) -> bool {
    let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, cell) in cells.iter().enumerate() {
        lines.entry(line(cell)).or_default().push(index);
    }
    let mut changed = false;
    for members in lines.values() {
        let alone = members.iter().filter(|index| cells[**index].masked).count() == 1;
        let open = members.iter().filter(|index| !cells[**index].masked);
        let others = open.filter(|index| cells[**index].amount > 0);
        if let Some(smallest) = others
            .min_by_key(|index| cells[**index].amount)
            .filter(|_| alone)
        {
            let smallest = *smallest;
            cells[smallest].masked = true;
            changed = true;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::{Map, json};
    use uuid::Uuid;

    fn row(program: &str, figures: &[(&str, u64)]) -> Entry {
        let of = figures.iter().map(|(_, amount)| amount).sum();
        let figures = figures
            .iter()
            .map(|(name, amount)| ((*name).to_owned(), json!(amount)));
        let about = [("program".to_owned(), json!(program))];
        Entry {
            workshop: Uuid::nil(),
            title: String::new(),
            first_day: date(2019, 10, 22),
            host: "sh".to_owned(),
            about: about.into_iter().collect::<Map<_, _>>(),
            figures: figures.collect(),
            of: Some(of),
            rows: BTreeMap::new(),
            masked: false,
        }
    }

    fn masked(mut rows: Vec<Entry>) -> Vec<(Value, Option<u64>)> {
        mask(&mut rows);
        rows.into_iter()
            .map(|row| (Value::Object(row.figures), row.of))
            .collect()
    }

    #[test]
    fn large_figures_and_noughts_are_shown() {
        let rows = vec![
            row("mv", &[("a", 3), ("b", 0)]),
            row("sh", &[("a", 70), ("b", 4)]),
        ];
        let expected = [
            (json!({"a": 3, "b": 0}), Some(3)),
            (json!({"a": 70, "b": 4}), Some(74)),
        ];
        assert_eq!(masked(rows), expected);
    }

    #[test]
    fn a_small_figure_is_masked_with_others_from_which_it_could_be_worked_out() {
        let rows = vec![
            row("mv", &[("a", 1), ("b", 8), ("c", 9)]),
            row("sh", &[("a", 70), ("b", 4), ("c", 5)]),
        ];
        let expected = [
            (json!({"a": null, "b": null, "c": 9}), None),
            (json!({"a": null, "b": null, "c": 5}), None),
        ];
        assert_eq!(masked(rows), expected);
    }

    #[test]
    fn several_small_figures_of_a_row_cover_each_other() {
        let rows = vec![row("mv", &[("a", 2), ("b", 1), ("c", 9)])];
        assert_eq!(
            masked(rows),
            [(json!({"a": null, "b": null, "c": 9}), None)]
        );
    }
}
