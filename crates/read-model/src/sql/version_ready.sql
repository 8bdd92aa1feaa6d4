UPDATE registry.version SET stage = 'ready', changed_at = now() WHERE schema = $1 AND stage = 'building'
