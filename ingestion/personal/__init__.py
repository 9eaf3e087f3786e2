"""Personal data never reaches the disk: what is personal is dropped, masked or hashed while it is read.

`kinds` what may be declared · `names`, `detect` what looks personal and was not declared · `normalise`, `key`,
`masking`, `protect` what is done about it · `advice` what a person is told.
"""
