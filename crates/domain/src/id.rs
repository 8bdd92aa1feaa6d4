//! Identifiers and keys. Each parses at the edge and is trusted from there on.

use std::fmt;

/// A state program's slug, such as `mv`: 2 to 32 of `a-z`, `0-9` and inner hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramId(String);

impl ProgramId {
    /// Parses a slug.
    pub fn new(slug: &str) -> Option<Self> {
        is_slug(slug, 2, 32).then(|| Self(slug.to_owned()))
    }

    /// Gives the slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProgramId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A topic's code, such as `legitimation`: 2 to 64 of `a-z`, `0-9` and inner hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicCode(String);

impl TopicCode {
    /// Parses a code.
    pub fn new(code: &str) -> Option<Self> {
        is_slug(code, 2, 64).then(|| Self(code.to_owned()))
    }

    /// Gives the code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_slug(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A Land's two digits in the official municipality key (AGS), 01 to 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LandCode(u8);

impl LandCode {
    /// Parses the two digits.
    pub fn new(digits: &str) -> Option<Self> {
        let two = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        let code = two.then(|| digits.parse().ok()).flatten()?;
        (1..=16).contains(&code).then_some(Self(code))
    }
}

impl LandCode {
    /// The names of the 16 Länder, in the order of their digits.
    const NAMES: [&str; 16] = [
        "Schleswig-Holstein",
        "Hamburg",
        "Niedersachsen",
        "Bremen",
        "Nordrhein-Westfalen",
        "Hessen",
        "Rheinland-Pfalz",
        "Baden-Württemberg",
        "Bayern",
        "Saarland",
        "Berlin",
        "Brandenburg",
        "Mecklenburg-Vorpommern",
        "Sachsen",
        "Sachsen-Anhalt",
        "Thüringen",
    ];

    /// Gives the Land's name.
    pub fn name(self) -> &'static str {
        Self::NAMES[usize::from(self.0) - 1]
    }
}

impl fmt::Display for LandCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// A municipality's official key as text: 8 digits (AGS), or 5 for a Kreis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityKey(String);

impl MunicipalityKey {
    /// Parses the digits; leading zeros count.
    pub fn new(digits: &str) -> Option<Self> {
        let sized = matches!(digits.len(), 5 | 8);
        (sized && digits.bytes().all(|b| b.is_ascii_digit())).then(|| Self(digits.to_owned()))
    }

    /// Says whether it is the key of a Kreis.
    pub fn is_district(&self) -> bool {
        self.0.len() == 5
    }

    /// Gives the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Declares an identifier of 128 bits that was made outside and handed in.
macro_rules! id128 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u128);
    };
}

id128!(
    /// A workshop's id.
    WorkshopId
);
id128!(
    /// A registration's id.
    RegistrationId
);
id128!(
    /// A person's id, random and meaningful only to the vault.
    PersonId
);
id128!(
    /// The id of a group that was registered together.
    GroupId
);
id128!(
    /// A random id under which a registration appears in reporting, and nowhere else.
    ReportingId
);

id128!(
    /// The id of a run that assigns topics.
    RunId
);

/// SHA-256 over everything that an assignment of topics depends on, beside its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputHash(pub [u8; 32]);

/// SHA-256 over a program and its source reference (a file number, never a name).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceHash(pub [u8; 32]);

/// SHA-256 of the secret that lets a participant act on their own registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkHash(pub [u8; 32]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_and_lower_case() {
        assert!(ProgramId::new("mv").is_some());
        assert!(ProgramId::new("m").is_none());
        assert!(ProgramId::new("MV").is_none());
        assert!(ProgramId::new("-mv").is_none());
        assert!(ProgramId::new("mv.sh").is_none());
        assert!(TopicCode::new("rolle").is_some());
        assert!(TopicCode::new(&"x".repeat(65)).is_none());
    }

    #[test]
    fn municipality_keys_keep_their_leading_zero() {
        let kreis = MunicipalityKey::new("01053").expect("a Kreis key");
        assert_eq!(kreis.as_str(), "01053");
        assert!(MunicipalityKey::new("13071107").is_some());
        assert!(MunicipalityKey::new("1053").is_none());
        assert!(MunicipalityKey::new("0105a").is_none());
    }

    #[test]
    fn there_are_sixteen_laender() {
        assert_eq!(
            LandCode::new("01").map(|l| l.to_string()).as_deref(),
            Some("01")
        );
        let name = |digits| LandCode::new(digits).map(LandCode::name);
        assert_eq!(name("13"), Some("Mecklenburg-Vorpommern"));
        assert_eq!(name("16"), Some("Thüringen"));
        assert!(LandCode::new("17").is_none());
        assert!(LandCode::new("00").is_none());
        assert!(LandCode::new("1").is_none());
    }
}
