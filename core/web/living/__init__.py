"""The living cell: a network's own weights in the browser, computed anew at each movement of a hand.

packing    what the browser is given: weights, the days of one pair, scales; plain values
wording    every word it shows
mount      the component, on the gates page and in the lesson
*.js       arithmetic: the passes; picture: where wires lie; the rest: what can be dragged, and the numbers as text
"""
