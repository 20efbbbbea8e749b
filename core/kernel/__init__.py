"""The compiled training: forward, backward and Adam in machine code, by numba. Knows no PyTorch.

vector          the type everything is written in: LANES samples, or units, side by side in one register
unit            where one vector's numbers stand at one step
tiles           products of matrices, their sums kept in registers
lstm, gru, rnn  one vector's step and its step back, line by line as in core.introspect
cells           the three by their number
layout          where everything stands in memory
passes          windows: through steps, layers and blocks of samples, and back
sequence        the article's layout: one sequence through all days, and back
ends            the windows read in; the linear head and its loss
learning        the two things training calls: a pass over pairs, a step of Adam; by several networks in one call
network         all that seen from Python: sizes and weights of several networks in, losses out
prepared        the networks and the parts for either layout, from a model and its pairs
trainer         epochs: batches, what is watched, when to stop; the rates are those of `schedule`
choice          whether an experiment takes this path, and the measured table behind the answer
compiling       when the code is there: compiled beside the training, kept in a cache, never waited for by a visitor

`choice` and `compiling` import the others when they are needed, so that knowing of them costs nothing.
`python -m core.kernel` compiles into the cache, for a set-up.
"""
