SELECT set_config('search_path', 'rm_1', false)
