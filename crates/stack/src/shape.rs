//! Of how many processes a house is made.

use std::str::FromStr;

/// How many servers keep the log together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogServers {
    /// One: what it has on its disk is the log.
    #[default]
    One,
    /// Three: a decision is acknowledged when two of them have it on their disks.
    Three,
}

/// What there may be several of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The log's servers.
    pub log: LogServers,
    /// How many registration services write the log.
    pub registrations: usize,
}

/// The most registration services that one stack starts.
pub const MOST_REGISTRATIONS: u8 = 4;

/// Says that a text is no number of servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log is kept by 1 or 3 servers")]
pub struct NotServers;

impl LogServers {
    /// Returns the number.
    pub fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Three => 3,
        }
    }
}

impl FromStr for LogServers {
    type Err = NotServers;

    fn from_str(text: &str) -> Result<Self, NotServers> {
        match text {
            "1" => Ok(Self::One),
            "3" => Ok(Self::Three),
            _ => Err(NotServers),
        }
    }
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            log: LogServers::One,
            registrations: 1,
        }
    }
}
