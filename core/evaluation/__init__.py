"""How good a forecast is, and how sure that is.

Everything works on plain arrays: a `ForecastTask` (core.values) says what was to be forecast, an array (N,) what was
predicted. What cannot be computed is a `Sentence` that says why, never NaN.

task          from series to ForecastTask; ranges as volatility a year
measures      RMSE, MAE, MASE, QLIKE, direction, skill ...: each a number or the reason why there is none
baselines     persistence, drift, autoregression; exponentially weighted mean, HAR and GARCH for ranges
garch         GARCH(1,1) of closes, in the unit of ranges
evaluate      scores of a model and of its baselines, on both parts
rolling       the error over time, in a window that rolls over the test days
comparable    whether two forecasts can be compared at all
longrun       how far the mean of days that hang together may lie from its expectation
significance  Diebold-Mariano, block bootstrap of the skill, the smallest skill that would show
clark_west    whether a model foresees anything that a rival nested in it does not
verdict       better, no different or worse than "same as yesterday" (and than HAR), in a sentence or two
luck          how much of the best of many tries is luck: Hansen's SPA, the model confidence set
tries         what was tried on one test part, and what of a "better" survives counting it
figures       figures of at most seven characters
badge, lag, diagnosis   what is wrong with a forecast, and the cure
jump          whether one day's jump decides the scores of the test part
report        all of that for one run
arena         networks and baselines on the same days, and who may say to have won
interval_score   the intervals of one-step forecasts, scored
earned        what trading on a forecast's direction would have earned, after costs
conformal     intervals from past errors, plain and adaptive
horizon       days beyond the data
walkforward   train on everything before, forecast the next days, move on
seeds         the same experiment under many seeds
published     a table from the literature, to stand beside
"""
