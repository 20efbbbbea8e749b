"""How good a forecast is, and how sure that is.

Everything works on plain arrays: a `ForecastTask` (core.values) says what was to be forecast, an array (N,) what was
predicted. What cannot be computed is a `Sentence` that says why, never NaN.

task          from series to ForecastTask
measures      RMSE, MAE, MASE, direction, skill ...: each a number or the reason why there is none
baselines     persistence, drift, autoregression; exponentially weighted mean and HAR for ranges
evaluate      scores of a model and of its baselines, on both parts
significance  Diebold-Mariano, block bootstrap of the skill
verdict       better, no different or worse than "same as yesterday", in one sentence
diagnosis     badges: what is wrong with a forecast, and the cure
report        all of that for one run
conformal     intervals from past errors, plain and adaptive
horizon       days beyond the data
walkforward   train on everything before, forecast the next days, move on
seeds         the same experiment under many seeds
published     a table from the literature, to stand beside
"""
