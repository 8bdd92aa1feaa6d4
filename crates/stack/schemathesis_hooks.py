"""What schemathesis is told of bodies that are no JSON: texts are sent as they are, files begin as their form does."""

import schemathesis

schemathesis.serializer.alias(
    ["application/x-ndjson", "text/csv", "application/vnd.ms-excel", "application/octet-stream"], "text/plain"
)

BEGINNINGS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"PK\x03\x04",
    "application/vnd.oasis.opendocument.text": b"PK\x03\x04",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"PK\x03\x04",
}


def begins_with(beginning):
    def serialize(context, value):
        return beginning + str(value).encode("utf-8", "replace")

    return serialize


for form, beginning in BEGINNINGS.items():
    schemathesis.serializer(form)(begins_with(beginning))
