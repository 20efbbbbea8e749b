"""Inside the network: an explicit forward and backward pass in numpy, from a run's weights.

states               what every cell has in common
rnn, lstm, gru       one cell a file: a step forward, and the same step backward
forward, backward    through all steps and layers
of_run               a run's own network on its own days: `trace(run, pair)`, `trace_series(run)`, `gate_matrices(...)`
over_run             the way back: `gradients(run, pair)`, and averages over the test part
over_epochs          what becomes of gates, weights and predictions over the snapshots of a training
measures             what is read off them: saturation, half-lives, what crosses from a step to the one before
terms                one unit's equations, with their numbers
predictor            the network as a one-step forecaster
"""
