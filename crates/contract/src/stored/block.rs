//! The stored form of what is personal: sealed, and a commitment beside it.

use anmeldewerk_domain::workshop::{Block, Blocks};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::hash;
use crate::{ValueError, hex};

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockV1 {
    #[cfg_attr(test, schemars(with = "form::Base64"))]
    pub(super) sealed: String,
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    pub(super) commit: String,
}

impl From<&Block> for BlockV1 {
    fn from(block: &Block) -> Self {
        Self {
            sealed: BASE64URL_NOPAD.encode(&block.sealed),
            commit: hex(&block.commit),
        }
    }
}

impl TryFrom<BlockV1> for Block {
    type Error = ValueError;

    fn try_from(stored: BlockV1) -> Result<Self, ValueError> {
        Ok(Self {
            sealed: BASE64URL_NOPAD
                .decode(stored.sealed.as_bytes())
                .map_err(|_| ValueError("sealed"))?,
            commit: hash(&stored.commit, "commit")?,
        })
    }
}

/// The blocks of one registration, as they stand among the other fields of an event.
pub(super) struct BlocksV1 {
    pub(super) contact: Option<BlockV1>,
    pub(super) identity: Option<BlockV1>,
    pub(super) free_text: Option<BlockV1>,
}

impl From<&Blocks> for BlocksV1 {
    fn from(blocks: &Blocks) -> Self {
        Self {
            contact: blocks.contact.as_ref().map(BlockV1::from),
            identity: blocks.identity.as_ref().map(BlockV1::from),
            free_text: blocks.free_text.as_ref().map(BlockV1::from),
        }
    }
}

impl TryFrom<BlocksV1> for Blocks {
    type Error = ValueError;

    fn try_from(stored: BlocksV1) -> Result<Self, ValueError> {
        Ok(Self {
            contact: stored.contact.map(Block::try_from).transpose()?,
            identity: stored.identity.map(Block::try_from).transpose()?,
            free_text: stored.free_text.map(Block::try_from).transpose()?,
        })
    }
}
