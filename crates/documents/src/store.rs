//! The object store: keeping bytes, and opening what is kept.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use async_nats::{
    Client,
    jetstream::{
        self, Context,
        object_store::{GetErrorKind, ObjectStore},
    },
};
use tokio::{sync::OnceCell, time::timeout};

use crate::{Content, Key};

/// The name of the object store; its stream is `OBJ_AW_DOCUMENTS`.
pub const BUCKET: &str = "AW_DOCUMENTS";

/// How long one answer of the server is waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How long an operation may take.
const WITHIN: Duration = Duration::from_secs(30);

/// The store could not be read or written. Retryable.
#[derive(Debug, thiserror::Error)]
#[error("documents failed while {doing}")]
pub struct Fault {
    /// What was being done.
    doing: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl Fault {
    pub(crate) fn while_doing<E>(doing: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        move |source| Self {
            doing,
            source: source.into(),
        }
    }
}

/// Where the bytes of documents are kept. Clones share the connection.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    context: Context,
    bucket: OnceCell<ObjectStore>,
}

impl Store {
    /// Makes a store on a connection; whether the bucket is there is asked when it is needed first.
    pub fn new(client: Client) -> Self {
        let mut context = jetstream::new(client);
        context.set_timeout(ANSWER_WITHIN);
        Self(Arc::new(Inner {
            context,
            bucket: OnceCell::new(),
        }))
    }

    pub(crate) async fn bucket(&self) -> Result<&ObjectStore, Fault> {
        let open = || self.0.context.get_object_store(BUCKET);
        let opened = self.0.bucket.get_or_try_init(open).await;
        opened.map_err(Fault::while_doing("opening the store"))
    }

    pub(crate) fn context(&self) -> &Context {
        &self.0.context
    }

    /// Keeps bytes; when this returns they are durable. What is kept already is kept anew.
    pub async fn keep(&self, key: Key, bytes: &[u8]) -> Result<(), Fault> {
        const DOING: &str = "keeping bytes";
        let bucket = self.bucket().await?;
        let name = key.name();
        let mut reader = bytes;
        let put = within(DOING, bucket.put(name.as_str(), &mut reader)).await?;
        let kept = put.map_err(Fault::while_doing(DOING))?;
        if kept.digest.as_deref() == Some(&*key.digest()) {
            return Ok(());
        }
        Err(Fault::while_doing(DOING)("they have another hash"))
    }

    /// Opens what is kept; nothing where it is not.
    pub async fn open(&self, key: Key) -> Result<Option<Content>, Fault> {
        const DOING: &str = "opening bytes";
        let bucket = self.bucket().await?;
        match within(DOING, bucket.get(key.name())).await? {
            Ok(object) if object.info.deleted => Ok(None),
            Ok(object) => Ok(Some(Content::new(object))),
            Err(error) if error.kind() == GetErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::while_doing(DOING)(error)),
        }
    }
}

/// Gives up what takes too long.
pub(crate) async fn within<T>(
    doing: &'static str,
    operation: impl Future<Output = T>,
) -> Result<T, Fault> {
    let done = timeout(WITHIN, operation).await;
    done.map_err(Fault::while_doing(doing))
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}
