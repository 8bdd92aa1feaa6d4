"""What schemathesis is told of bodies that are text: they are sent as they are."""

import schemathesis

schemathesis.serializer.alias(["application/x-ndjson", "text/csv"], "text/plain")
