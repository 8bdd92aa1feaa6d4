//! The parameters behind the question mark: only those that are known, each once, each readable.

use anmeldewerk_contract::problem::Code;
use axum::{extract::Query, http::Uri};

use crate::problem::Problem;

/// How many parameters a query may have.
const MOST: usize = 32;
/// How much of an unknown parameter's name is said back, in characters.
const NAME_CHARS: usize = 40;

/// The parameters of a request, of which every name is known.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'q>(&'q [(String, String)]);

/// Splits the query of an address.
pub fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Problem> {
    let pairs: Result<Query<Vec<(String, String)>>, _> = Query::try_from_uri(uri);
    let Query(pairs) = pairs.map_err(|_| Code::InvalidQuery)?;
    if pairs.len() > MOST {
        return Err(Problem::new(Code::InvalidQuery)
            .detail(
                format!("Es sind mehr als {MOST} Suchparameter."),
                format!("There are more than {MOST} query parameters."),
            )
            .with("limit", MOST));
    }
    Ok(pairs)
}

impl<'q> Parameters<'q> {
    /// Takes the pairs, if every name is known and none stands twice.
    ///
    /// ```
    /// use anmeldewerk_service::query::{Parameters, pairs};
    ///
    /// let pairs = pairs(&"/?kind=agenda".parse().expect("an address")).expect("pairs");
    /// let parameters = Parameters::of(&pairs, |name| name == "kind").expect("known ones");
    /// assert_eq!(parameters.get("kind", Some).expect("readable"), Some("agenda"));
    /// assert!(Parameters::of(&pairs, |name| name == "title").is_err());
    /// ```
    pub fn of(
        pairs: &'q [(String, String)],
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Self, Problem> {
        for (index, (name, _)) in pairs.iter().enumerate() {
            if !is_known(name) {
                return Err(refused(name, ["ist unbekannt", "is unknown"]));
            }
            if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(refused(name, ["steht zweimal da", "stands there twice"]));
            }
        }
        Ok(Self(pairs))
    }

    /// Reads one parameter, if it was given.
    pub fn get<T>(
        &self,
        name: &str,
        read: impl FnOnce(&'q str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let given = self.0.iter().find(|(given, _)| given == name);
        given
            .map(|(_, value)| read(value).ok_or_else(|| unreadable(name)))
            .transpose()
    }

    /// Reads one parameter that must be there.
    pub fn need<T>(
        &self,
        name: &str,
        read: impl FnOnce(&'q str) -> Option<T>,
    ) -> Result<T, Problem> {
        self.get(name, read)?.ok_or_else(|| missing(name))
    }

    /// Says whether a parameter was given.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(given, _)| given == name)
    }
}

/// Words that a parameter is needed.
pub fn missing(name: &str) -> Problem {
    refused(name, ["fehlt", "is missing"])
}

/// Words that a parameter cannot be read.
pub fn unreadable(name: &str) -> Problem {
    refused(name, ["ist nicht lesbar", "cannot be read"])
}

/// Words what is wrong with a parameter.
pub fn refused(name: &str, [german, english]: [&str; 2]) -> Problem {
    let name: String = name.chars().take(NAME_CHARS).collect();
    Problem::new(Code::InvalidQuery)
        .detail(
            format!("Der Suchparameter „{name}“ {german}."),
            format!("The query parameter `{name}` {english}."),
        )
        .with("parameter", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(query: &str) -> Result<Vec<(String, String)>, Problem> {
        pairs(&format!("/?{query}").parse().expect("an address"))
    }

    fn kind(query: &str) -> Result<u32, Problem> {
        let pairs = split(query)?;
        Parameters::of(&pairs, |name| name == "kind")?.need("kind", |text| text.parse().ok())
    }

    #[test]
    fn a_parameter_is_known_stands_there_once_and_can_be_read() {
        assert_eq!(kind("kind=5"), Ok(5));
        assert_eq!(kind(""), Err(missing("kind")));
        assert_eq!(kind("kind=five"), Err(unreadable("kind")));
        let twice = refused("kind", ["steht zweimal da", "stands there twice"]);
        assert_eq!(kind("kind=5&kind=5"), Err(twice));
        let unknown = refused("sort", ["ist unbekannt", "is unknown"]);
        assert_eq!(kind("kind=5&sort=name"), Err(unknown));
    }

    #[test]
    fn a_query_has_no_more_parameters_than_allowed_and_long_names_are_cut() {
        let many = vec!["a=1"; MOST + 1].join("&");
        assert_eq!(
            split(&many).expect_err("refused").code(),
            Code::InvalidQuery
        );
        assert!(split(&vec!["a=1"; MOST].join("&")).is_ok());
        let name = "n".repeat(NAME_CHARS + 1);
        let unknown = kind(&format!("{name}=1")).expect_err("refused");
        assert_eq!(
            unknown,
            refused(&name[1..], ["ist unbekannt", "is unknown"])
        );
    }
}
