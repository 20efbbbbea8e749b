"""The lessons' arithmetic: pure functions of numpy arrays, no torch, no drawing, the same numbers on every call.

recurrence   one tanh unit, step by step; the fever picture
chain        dL/dW_x of that unit, every factor of every term
characters   a next-character network, small enough to train while a page loads
jacobian     products of Jacobians over many steps; powers of a matrix; clipping
cliff        a loss with a cliff, and gradient descent meeting it
gates        what a forget gate keeps: powers of sigmoid(b), half-lives
gradients    one LSTM in numbers, its backward pass term by term
shapes       shapes and parameter counts of nn.RNN, nn.LSTM and nn.GRU
activations  tanh against sigmoid, claim by claim
questions    three questions a lesson, drawn and answered on the spot

Nothing here draws at random without a seed written beside it.
"""
