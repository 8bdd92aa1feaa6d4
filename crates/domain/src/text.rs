//! Bounded texts, so that no field can grow without a limit.

/// Says whether a character changes the direction in which others are shown (Unicode UAX #9):
/// with it a text can look like another one.
fn turns_text_round(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// One line of text: at least one letter or digit, at most 300 characters, trimmed; no control
/// characters, and none that turn the direction of writing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextLine(String);

impl TextLine {
    /// The longest line, in characters.
    pub const MAX_CHARS: usize = 300;

    /// Takes a line, or nothing where it is empty, too long or has control characters.
    pub fn new(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        let fits = trimmed.chars().any(char::is_alphanumeric)
            && trimmed.chars().count() <= Self::MAX_CHARS
            && !text.chars().any(|c| c.is_control() || turns_text_round(c));
        fits.then(|| Self(trimmed.to_owned()))
    }

    /// Gives the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Running text: at most 10,000 characters; line breaks and tabs are its only control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prose(String);

impl Prose {
    /// The longest text, in characters.
    pub const MAX_CHARS: usize = 10_000;

    /// Takes a text, or nothing where it is too long or has other control characters.
    pub fn new(text: &str) -> Option<Self> {
        let fits = text.chars().count() <= Self::MAX_CHARS
            && !text
                .chars()
                .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        fits.then(|| Self(text.to_owned()))
    }

    /// Gives the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bounded_and_has_no_control_characters() {
        assert_eq!(
            TextLine::new("  Mölln ").as_ref().map(TextLine::as_str),
            Some("Mölln")
        );
        assert!(TextLine::new("   ").is_none());
        assert!(TextLine::new("a\nb").is_none());
        assert!(TextLine::new("ab\n").is_none(), "not at its end either");
        assert!(TextLine::new("a\0b").is_none());
        assert!(TextLine::new("\u{200b}").is_none(), "nothing is to be seen");
        assert!(TextLine::new("\u{202e}evil").is_none());
        assert!(TextLine::new("N.N.").is_some());
        assert!(TextLine::new(&"ä".repeat(300)).is_some());
        assert!(TextLine::new(&"ä".repeat(301)).is_none());
    }

    #[test]
    fn prose_keeps_line_breaks_and_refuses_nul() {
        assert!(Prose::new("eins\nzwei").is_some());
        assert!(Prose::new("eins\0zwei").is_none());
        assert!(Prose::new(&"x".repeat(10_001)).is_none());
    }
}
