//! Which rows of a sheet are not shown; the library that reads workbooks does not tell.

use std::{
    collections::BTreeSet,
    io::{BufReader, Cursor},
};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use crate::Unreadable;

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// Finds the rows of a sheet that are hidden, by their numbers from 1 on.
pub(crate) fn rows(archive: &mut Archive<'_>, sheet: &str) -> Result<BTreeSet<u32>, Unreadable> {
    let Some(path) = path(archive, sheet)? else {
        return Ok(BTreeSet::new());
    };
    let (mut hidden, mut number) = (BTreeSet::new(), 0);
    each(archive, &path, |tag| {
        if tag.local_name().as_ref() == "row" {
            number = attribute(tag, "r")
                .and_then(|stated| stated.parse().ok())
                .unwrap_or(number + 1);
            if matches!(attribute(tag, "hidden").as_deref(), Some("1" | "true")) {
                hidden.insert(number);
            }
        }
    })?;
    Ok(hidden)
}

/// Finds where a sheet is kept: the workbook names it by a mark, and a list of marks says where each leads.
fn path(archive: &mut Archive<'_>, sheet: &str) -> Result<Option<String>, Unreadable> {
    let mut mark = None;
    each(archive, "xl/workbook.xml", |tag| {
        let is_it = tag.local_name().as_ref() == "sheet"
            && attribute(tag, "name").as_deref() == Some(sheet);
        if is_it {
            mark = attribute(tag, "id");
        }
    })?;
    let mut target = None;
    each(archive, "xl/_rels/workbook.xml.rels", |tag| {
        if mark.is_some() && attribute(tag, "Id") == mark {
            target = attribute(tag, "Target");
        }
    })?;
    Ok(target.map(|target| match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    }))
}

/// Shows every tag of a part; nothing where there is no such part.
fn each(
    archive: &mut Archive<'_>,
    path: &str,
    mut show: impl FnMut(&BytesStart<'_>),
) -> Result<(), Unreadable> {
    let Ok(part) = archive.by_name(path) else {
        return Ok(());
    };
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) => show(&tag),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(Unreadable::Damaged(error.to_string())),
        }
        buffer.clear();
    }
}

/// Gives an attribute by its name, whatever stands in front of it.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut known = attributes.with_checks(false).flatten();
    let found = known.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}
