"""`python -m core.kernel`: compile into the cache, so that no server has to. Prints what came of it; never fails."""

from core.kernel.compiling import status, warm_up

warm_up()
print(f"compiled training: {status()}")
