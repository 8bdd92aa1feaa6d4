//! The commands' half of the `OpenAPI` document, as the registration service states it.
//!
//! The gateway serves it with its own half; a test of the registration service compares it with the code.

/// Paths and schemas, JSON; refusals are left to whoever serves it.
pub const COMMANDS: &str = include_str!("../openapi/commands.json");
