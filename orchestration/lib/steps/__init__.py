"""The steps of a run, made for a configuration by the definitions in defs/."""
