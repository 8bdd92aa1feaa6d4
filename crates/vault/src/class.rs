use std::fmt;

/// Names a class of personal data: each has a key and a retention period of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// How a person is reached: e-mail, phone, source reference.
    Contact,
    /// Who a person is: name, function, organisation.
    Identity,
    /// What proves attendance: notes and signatures.
    Evidence,
    /// What somebody wrote in their own words: needs, remarks, reasons.
    FreeText,
}

impl Class {
    /// Lists every class in the order in which keys are stored.
    pub const ALL: [Self; 4] = [
        Self::Contact,
        Self::Identity,
        Self::Evidence,
        Self::FreeText,
    ];

    /// Returns the name used in events and in the vault's columns.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Identity => "identity",
            Self::Evidence => "evidence",
            Self::FreeText => "free_text",
        }
    }

    /// Finds the class of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Returns the byte that binds keys and blocks to this class. It is stored for ever.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Contact => 1,
            Self::Identity => 2,
            Self::Evidence => 3,
            Self::FreeText => 4,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Class;

    #[test]
    fn a_class_is_found_by_its_name_and_nothing_else_is() {
        for class in Class::ALL {
            assert_eq!(Class::from_name(class.name()), Some(class));
        }
        assert_eq!(Class::from_name("Contact"), None);
    }

    #[test]
    fn the_codes_are_the_ones_that_are_stored() {
        assert_eq!(Class::ALL.map(Class::code), [1, 2, 3, 4]);
    }
}
