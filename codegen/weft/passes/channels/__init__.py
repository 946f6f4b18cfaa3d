"""What `dead_channels` and `merge_constants` are made of.

A round of `dead_channels` goes through `fold` (forward: what is known of each channel, and weights
that can say the same with fewer channels), `live` (backward: which channels are still read) and
`prune` (the graph without the others). `facts` and `sums` hold what is known of a channel,
`filters` and `channelwise` which channels an operator connects. `carry` finds the constant
channels that others can stand for.
"""
