SELECT
    set_config('search_path', 'rm_1', true),
    set_config('TimeZone', 'UTC', true),
    set_config('DateStyle', 'ISO, YMD', true),
    set_config('bytea_output', 'hex', true)
