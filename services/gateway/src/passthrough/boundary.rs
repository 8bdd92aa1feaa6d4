//! By what a command finds its service: the boundary whose decisions it belongs to.

use anmeldewerk_service::idempotency::IDEMPOTENCY_KEY;
use axum::http::HeaderMap;
use percent_encoding::percent_decode_str;
use uuid::Uuid;

/// Names what a command is about, the same for the same thing however it is written.
///
/// That is the workshop or the program in its path. Where the path names neither, it is the idempotency key, so that
/// a repeat finds the service that knows the first one; where there is none either, the path.
pub(super) fn key(path: &str, headers: &HeaderMap) -> String {
    of_path(path)
        .or_else(|| of_repeat(headers))
        .unwrap_or_else(|| format!("path/{path}"))
}

fn of_path(path: &str) -> Option<String> {
    let mut segments = path.strip_prefix("/v1/")?.split('/');
    let (kind, name) = (segments.next()?, segments.next()?);
    let name = percent_decode_str(name).decode_utf8_lossy();
    match kind {
        _ if name.is_empty() => None,
        "workshops" => Some(format!("workshop/{}", canonical(&name))),
        "programs" => Some(format!("program/{name}")),
        _ => None,
    }
}

fn of_repeat(headers: &HeaderMap) -> Option<String> {
    let key = headers.get(IDEMPOTENCY_KEY)?.to_str().ok()?;
    Some(format!("key/{}", canonical(key.trim_matches('"'))))
}

/// Writes an id in one way; what is none stays as it is, for it will be refused wherever it goes.
fn canonical(id: &str) -> String {
    Uuid::try_parse(id).map_or_else(|_| id.to_owned(), |id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const ID: &str = "0199a0f0-1111-7222-8333-abcdefabcdef";

    fn of(path: &str, repeat: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(IDEMPOTENCY_KEY, HeaderValue::from_static(repeat));
        key(path, &headers)
    }

    #[test]
    fn everything_about_one_workshop_has_one_key_however_it_is_written() {
        let expected = format!("workshop/{ID}");
        for written in [
            ID.to_owned(),
            ID.to_uppercase(),
            ID.replace('-', ""),
            ID.replace('-', "%2D"),
            format!("{ID}/publish"),
            format!(
                "{}/registrations/by-reference/a%2Fb/cancel",
                ID.to_uppercase()
            ),
        ] {
            let path = format!("/v1/workshops/{written}");
            assert_eq!(of(&path, "k"), expected, "{path}");
        }
    }

    #[test]
    fn a_program_has_one_key() {
        assert_eq!(of("/v1/programs/sh", "k"), "program/sh");
        assert_eq!(of("/v1/programs/%73h/municipalities", "k"), "program/sh");
    }

    #[test]
    fn what_names_no_boundary_goes_by_its_idempotency_key() {
        let bare = of("/v1/workshops", "8E03978E-40D5-43DD-BC93-6894A57F9324");
        assert_eq!(bare, "key/8e03978e-40d5-43dd-bc93-6894a57f9324");
        let quoted = of("/v1/workshops/", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"");
        assert_eq!(quoted, bare);
        assert_eq!(of("/v1/anything/x", "odd"), "key/odd");
    }

    #[test]
    fn what_has_no_key_either_goes_by_its_path() {
        let none = HeaderMap::new();
        assert_eq!(key("/v1/workshops", &none), "path//v1/workshops");
    }
}
