UPDATE registry.version SET as_of = $2 WHERE schema = $1
