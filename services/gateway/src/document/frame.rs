//! What the document says before the first route.

use serde_json::{Value, json};

use super::refusal;

/// Gives the document without any route.
pub(super) fn frame() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Anmeldewerk",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": "programs", "description": "The state programs"},
            {"name": "workshops", "description": "Workshops, their seats and topics"},
            {"name": "registrations", "description": "Registrations, groups and the waitlist"},
            {"name": "topics", "description": "The catalogue, and who has which topic"},
            {"name": "attendance", "description": "Who was there"},
            {"name": "reports", "description": "Figures, and what stands behind them"},
            {"name": "changes", "description": "What changes, as it happens"},
            {"name": "documents", "description": "What describes this interface"},
        ],
        "paths": {},
        "components": {
            "schemas": refusal::schemas(),
            "responses": refusal::responses(),
            "securitySchemes": {
                "bearer": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "Claims: iss, aud = anmeldewerk, sub, exp, program, roles. EdDSA or RS256.",
                },
                "participant": {
                    "type": "apiKey", "in": "header", "name": "Authorization",
                    "description": "`Participant <secret>`: the secret of one's own registration.",
                },
            },
        },
    })
}

const DESCRIPTION: &str = "\
Registrations for workshops that several state programs run together.

Every accepted command answers with its `position`; every query says by `Log-Position` as of which position it \
speaks, and can be asked to wait for one by `min_position` and `Prefer: wait=<seconds>`. Refusals are problems \
(RFC 9457) with a stable `code`. `x-roles` lists who is answered.";
