"""Looks at an unknown file and proposes how to map it: what `opsmart map` knows.

`sniffing` how it is written · `grid` where its table begins and ends · `profile` what its columns hold · `naming` what
their names mean · `placing` which entities they make · `columns`, `proposal` the mapping · `trial` what comes out of it
· `writing` the same as configuration · `suggestion` all of it. What words mean is in `words.yml`.
"""
