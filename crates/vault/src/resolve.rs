mod batch;
mod statement;

use std::fmt;

use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

use self::batch::Batch;
use crate::{data_key::DataKeys, fault::Fault, vault::Vault};

/// Is how often a batch is asked: once, once more for persons that somebody else
/// made in the same instant, and a little for persons erased or swept in between.
const ATTEMPTS: usize = 4;

/// Asks for one person; the personal data is wiped when dropped, never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PersonQuery {
    /// Program inside which the person is known.
    pub program: String,
    /// Given and family name as given; a title does not matter.
    pub name: String,
    /// Key of the municipality; may be empty.
    pub municipality: String,
    /// E-mail address as given.
    pub email: Option<String>,
    /// Id of the person if one has to be made.
    #[zeroize(skip)]
    pub fresh_id: Uuid,
    /// Workshop of the registration that is to be noted.
    #[zeroize(skip)]
    pub workshop: Uuid,
    /// Registration that is to be noted: an id drawn anew for each command, so that it
    /// is asked for again only by the attempts of that command, seconds apart.
    #[zeroize(skip)]
    pub registration: Uuid,
    /// Says that this is a seat kept for nobody in particular (`N.N.`), never matched with anybody.
    pub placeholder: bool,
}

/// Holds who a query was about.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// Id of the person.
    pub person: Uuid,
    /// Keys under which their data is sealed.
    pub keys: DataKeys,
    /// Says that the person was known before this query.
    pub existing: bool,
    /// Other living persons of the program with the same name and municipality,
    /// in order, at most 100 and those of the same batch.
    pub look_alikes: Vec<Uuid>,
}

impl Vault {
    /// Finds or makes the persons of a batch and notes their registrations, in one
    /// statement; an answer for each query, in order. Whoever is answered outlives
    /// every sweep for [`SWEEP_AFTER`](crate::SWEEP_AFTER), and for good once a decision
    /// names them for that registration.
    ///
    /// What is returned is on disk. Asked again after an unknown outcome, with the
    /// same fresh ids, it returns the same persons. Two calls at the same instant
    /// agree on persons with an e-mail address, but may not see each other's look-alikes.
    pub async fn resolve(&self, queries: &[PersonQuery]) -> Result<Vec<Resolved>, Fault> {
        let indexes = self.indexes_of(queries.iter()).await?;
        let mut batch = Batch::of(queries, &indexes, &self.kek)?;
        for _ in 0..ATTEMPTS {
            if batch.is_answered() {
                break;
            }
            let rows = statement::find_or_make(&self.pool, &batch).await?;
            batch.answer(rows, &self.kek)?;
        }
        batch.into_resolved()
    }
}

impl fmt::Debug for PersonQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonQuery")
            .field("program", &self.program)
            .field("fresh_id", &self.fresh_id)
            .field("workshop", &self.workshop)
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}
