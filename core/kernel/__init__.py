"""The compiled training: forward, backward and Adam of the window layout in machine code, by numba. Knows no PyTorch.

vector          the type everything is written in: LANES samples side by side in one register
tiles           products of matrices, their sums kept in registers
lstm, gru, rnn  one unit's step and its step back, line by line as in core.introspect
layout          where everything stands in memory
passes          through steps, layers and blocks of samples, and back
ends            the windows read in; the linear head and its loss
learning        the two things training calls: a pass over pairs, a step of Adam
network         all that seen from Python: sizes and weights in, losses out
trainer         epochs: batches, what is watched, when to stop; the rates are those of `schedule`
choice          whether an experiment takes this path, and the measured table behind the answer
compiling       when the code is there: compiled beside the training, kept in a cache, never waited for by a visitor

`choice` and `compiling` import the others when they are needed, so that knowing of them costs nothing.
`python -m core.kernel` compiles into the cache, for a set-up.
"""
