"""Looks at an unknown file and proposes how to map it: what `opsmart map` knows.

`sniffing` how it is written · `grid` where its table begins and ends · `profile` what its columns hold · `naming`,
`tokens` what their names mean · `people` who is in them · `structure`, `arithmetic` what values say where names do not
· `placing` which entities they make · `columns`, `completing`, `besides`, `proposal` the mapping · `trial` what comes
out of it · `writing` the same as configuration · `suggestion` all of it. What words mean is in the `.yml` files.
"""
