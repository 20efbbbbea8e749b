"""What the training service is asked to do beside a single training: each task, and the function that runs it.

tasks           many seeds, a walk forward through the last days, days beyond the data; run by `runners`
adding          the adding problem; run by `adding_runner`; `kept` reads and writes results as a file
autograd        PyTorch's side of the LSTM lesson's comparison (the task is core.theory.gradients.LSTMExample)

A task is a frozen dataclass that names its `runner` ("module:function", imported by workers only) and gives its
`estimate(rows)`. Nothing here knows the service.
"""
