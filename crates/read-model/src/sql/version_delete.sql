DELETE FROM registry.version WHERE schema = $1 AND stage <> 'live'
