use std::fmt;

use uuid::Uuid;

use crate::class::Class;

/// Says what kept the vault from answering. No variant carries personal data.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database did not answer, or not in time. Asking again may help.
    #[error("the vault is unavailable while {doing}")]
    Unavailable {
        /// What was being done.
        doing: &'static str,
        /// What the database or the way to it said.
        #[source]
        cause: Cause,
    },
    /// The database refused the statement. Asking again will not help.
    #[error("the vault refused while {doing}")]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// What the database said.
        #[source]
        cause: Cause,
    },
    /// The address of the database is not a `PostgreSQL` URL.
    #[error("the vault's address is not a PostgreSQL URL")]
    Address,
    /// The database would acknowledge before a commit is on disk.
    #[error("the vault would lose commits: synchronous_commit is `{setting}`")]
    NotDurable {
        /// The setting that was found.
        setting: String,
    },
    /// The tables could not be brought to the newest version.
    #[error("the vault's tables could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// A stored key was wrapped under a generation that the key file does not hold.
    #[error("the key file does not hold generation {generation}")]
    UnknownGeneration {
        /// The generation that is missing.
        generation: i32,
    },
    /// A stored key of a person does not unwrap.
    #[error("the stored {class} key of person {person} is damaged")]
    DamagedKey {
        /// Whose key it is.
        person: Uuid,
        /// Which of their keys.
        class: Class,
    },
    /// The stored index key of a program does not unwrap.
    #[error("the stored index key of program `{program}` is damaged")]
    DamagedIndexKey {
        /// Whose key it is.
        program: String,
    },
    /// A block is not authentic at its place, or not what was committed to.
    #[error("a {class} block of person {person} is damaged")]
    DamagedBlock {
        /// Whose data it is.
        person: Uuid,
        /// Class of the data.
        class: Class,
    },
    /// A block was authentic and yet did not hold what its class promises.
    #[error("an opened block does not hold a {class} part")]
    DamagedPart {
        /// What was expected.
        class: Class,
    },
    /// The id proposed for a new person is somebody else's, perhaps an erased person's.
    #[error("the fresh id {person} is taken")]
    IdTaken {
        /// The id that was proposed.
        person: Uuid,
    },
    /// The system's random generator gave nothing.
    #[error("the system's random generator failed")]
    NoRandom,
}

impl Fault {
    /// Says whether the same call may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// Says whether something that was stored has changed or is missing.
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::UnknownGeneration { .. }
                | Self::DamagedKey { .. }
                | Self::DamagedIndexKey { .. }
                | Self::DamagedBlock { .. }
                | Self::DamagedPart { .. }
        )
    }

    /// Says that who should have done something is there no more.
    pub(crate) fn ended(doing: &'static str) -> Self {
        let cause = Cause("who does it has ended".into());
        Self::Unavailable { doing, cause }
    }

    /// Tells another one who was waiting for the same statement.
    pub(crate) fn again(&self) -> Self {
        let told = |doing: &'static str, cause: &Cause| (doing, Cause(cause.0.clone()));
        match self {
            Self::Refused { doing, cause } => {
                let (doing, cause) = told(doing, cause);
                Self::Refused { doing, cause }
            }
            Self::Unavailable { doing, cause } => {
                let (doing, cause) = told(doing, cause);
                Self::Unavailable { doing, cause }
            }
            other => Self::Refused {
                doing: "doing it for several at once",
                cause: Cause(other.to_string()),
            },
        }
    }

    /// Returns the conversion of a database error that happened while doing something.
    pub(crate) fn while_doing(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |error| {
            let cause = Cause::of(&error);
            if passes(&error) {
                Self::Unavailable { doing, cause }
            } else {
                Self::Refused { doing, cause }
            }
        }
    }
}

/// Holds what a database error may say aloud.
///
/// A server's message can quote the values of a row, so only its code and the
/// name of the violated constraint are kept.
#[derive(Debug)]
pub struct Cause(String);

impl Cause {
    fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(inner) => Self(format!(
                "SQLSTATE {}{}",
                inner.code().as_deref().unwrap_or("unknown"),
                inner
                    .constraint()
                    .map(|name| format!(", constraint {name}"))
                    .unwrap_or_default()
            )),
            sqlx::Error::Io(inner) => Self(format!("connection: {}", inner.kind())),
            sqlx::Error::Tls(_) => Self("no TLS connection".into()),
            sqlx::Error::PoolTimedOut => Self("no free connection in time".into()),
            sqlx::Error::PoolClosed => Self("the pool is closed".into()),
            sqlx::Error::ColumnDecode { index, .. } => Self(format!("column {index} is odd")),
            sqlx::Error::Protocol(_) => Self("protocol violation".into()),
            _ => Self("unexpected answer".into()),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cause {}

/// Says whether an error passes by itself: the way to the server, its start and
/// stop, its resources, time-outs and conflicts between transactions, also over a
/// unique index.
fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(inner) => inner.code().is_some_and(|code| {
            ["08", "40", "53", "57", "58"]
                .iter()
                .any(|class| code.starts_with(class))
                || ["23505", "25006", "55P03"].contains(&code.as_ref())
        }),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::Fault;

    #[test]
    fn a_broken_connection_may_be_tried_again() {
        let error = sqlx::Error::Io(io::Error::from(io::ErrorKind::ConnectionReset));
        let fault = Fault::while_doing("finding persons")(error);
        assert!(fault.is_retryable());
        assert!(!fault.is_damage());
        assert_eq!(
            fault.to_string(),
            "the vault is unavailable while finding persons"
        );
    }

    #[test]
    fn an_answer_of_the_wrong_shape_is_not_tried_again() {
        assert!(!Fault::while_doing("finding persons")(sqlx::Error::RowNotFound).is_retryable());
    }

    #[test]
    fn a_missing_generation_is_damage() {
        assert!(Fault::UnknownGeneration { generation: 3 }.is_damage());
    }
}
