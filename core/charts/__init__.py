"""Charts: plain arrays, frames and core's dataclasses in, a Plotly figure and its `alt` sentence out.

The only part of the project that imports plotly. A chart asked for again is not drawn again (`drawn.drawn_once`), so
nobody may change one.
"""

from inspect import isfunction

from core.charts.afterwards import afterwards
from core.charts.by_day import Daily, by_day
from core.charts.cliff import cliff
from core.charts.compared import Errors, errors_over_time, losses
from core.charts.curves import Axes, Line, curves
from core.charts.dials import Dial, Spread, dial_curve, dial_map, spread_of
from core.charts.drawn import drawn_once
from core.charts.earned import earned
from core.charts.equations import equations
from core.charts.film import forecast_film, gate_film
from core.charts.forecast import forecast, forecast_spark, residuals
from core.charts.gates import gates, gates_spark
from core.charts.gradients import gradient_norms, gradient_share, half_lives, mean_saliency, saliency, saturation
from core.charts.growing import seeds_so_far, walk_so_far
from core.charts.horizon import horizon, seed_band, walk_forward
from core.charts.lessons import activations, adding_problem, jacobian_norms, matrix_powers
from core.charts.loss import loss, loss_spark
from core.charts.many_inputs import Gain, gate_drives, input_gains, input_saliency
from core.charts.over_epochs import over_epochs
from core.charts.over_time import gates_over_time, two_days, unit_correlations
from core.charts.parallel import parallel
from core.charts.pressed import can_be_pressed
from core.charts.price import price, price_spark
from core.charts.sequence import next_letters, unrolled
from core.charts.skill import Row, Skill, published, skills
from core.charts.so_far import forecast_so_far, forecast_spark_so_far, gates_spark_to_come, gates_to_come
from core.charts.standalone import drawn, library
from core.charts.style import Chart, Style

for _name, _offered in [*globals().items()]:
    if isfunction(_offered) and _offered.__annotations__.get("return") == Chart.__name__:
        globals()[_name] = drawn_once(_offered)
